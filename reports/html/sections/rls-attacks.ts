import type { RlsResult } from '../../../result/result.ts';
import { count } from '../../format.ts';
import { html } from '../html.ts';
import { markCell } from '../mark.ts';
import { column, table } from '../table.ts';

type Attack = NonNullable<RlsResult['attacks']>[number];

const outcomes = { held: true, leaked: false, known: null, unchecked: null } as const;
const words: Readonly<Record<Attack['outcome'], string>> = {
  held: 'held',
  leaked: 'leaked',
  known: 'cannot be held',
  unchecked: 'not checked',
};

/** What got through first, then what nobody knows, then what cannot be held. */
export const waysPast = (attacks: readonly Attack[]) => html`<h3>Ways past the policies</h3>
<p>Each was typed as the application’s login types it, on a copy: ${Object.entries(words)
  .map(([outcome, word]) => `${count(attacks.filter((each) => each.outcome === outcome).length)} ${word}`)
  .join(', ')}. What cannot be held has its reason in docs/schema.md.</p>
${table(
  'rls-attacks',
  'Ways past the policies',
  [
    column('Way', ({ name }: Attack) => name),
    column('What it does', ({ what }: Attack) => what),
    column('Through', ({ through }: Shown) => through.join(', ')),
    column('Outcome', ({ outcome }: Attack) =>
      markCell(outcomes[outcome], [words[outcome], words[outcome], words[outcome]]),
    ),
    column('Answer', ({ answer, why }: Attack) => (why ? `${answer}. ${why}` : answer)),
  ],
  (['leaked', 'unchecked', 'known', 'held'] as const).flatMap((outcome) =>
    together(attacks.filter((each) => each.outcome === outcome)),
  ),
)}`;

interface Shown extends Attack {
  readonly through: readonly string[];
}

/** One row where the same was answered through several endpoints. */
const together = (attacks: readonly Attack[]): Shown[] =>
  [...Map.groupBy(attacks, ({ name, answer, why }) => JSON.stringify([name, answer, why])).values()].map(
    (alike) => ({ ...alike[0]!, through: [...new Set(alike.map(({ via }) => via))] }),
  );
