import { readCatalogue } from '../../scenarios/catalogue.ts';
import type { Statement } from '../../scenarios/statement.ts';
import type { Change } from '../variant/variant.ts';
import type { Build } from './control.ts';

/** What head is measured against: how a copy of tonight's database becomes it, and its statements. */
export interface NightControl extends Pick<Build, 'label' | 'digest' | 'commit'> {
  readonly catalogue: readonly Statement[];
  readonly changes: readonly Change[];
  /** In words, what tonight's database has that the control has not, and the reverse. */
  readonly differs: readonly string[];
}

export const controlOfBuild = async ({
  label,
  digest,
  commit,
  statements,
  migrations,
}: Build): Promise<NightControl> => ({
  ...{ label, digest, commit },
  catalogue: await readCatalogue([statements]),
  changes: [{ kind: 'migrations', directory: migrations }],
  differs: [],
});
