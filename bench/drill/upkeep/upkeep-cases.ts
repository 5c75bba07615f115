import type { Session } from '../../../infra/topology/session.ts';
import type { Result } from '../../../result/result.ts';
import { settingInForce, type TemporarySetting } from '../../lag/temporary-setting.ts';
import { attempt, type Left } from '../attempt.ts';
import { type DrillSetting, NotHere } from '../drill.ts';

interface UpkeepCase {
  readonly name: string;
  run(repetition: number): Promise<Partial<Result>>;
}

/** Each case in turn, so often as was asked for, on servers of ours; one that fails leaves the rows of the others. */
export async function runCases(
  drill: string,
  setting: DrillSetting,
  cases: readonly UpkeepCase[],
): Promise<{ rows: Partial<Result>[] } & Left> {
  const { options, control, topology, event } = setting;
  if (!control)
    throw new NotHere(
      `it changes settings of servers, which it does to those of a local topology only; these are ${topology.get('primary').provider}`,
      'Run it on a local topology: ./olympus drill --topology local',
    );
  const rows: Partial<Result>[] = [];
  const left: Left = { skipped: [], warnings: [] };
  for (let repetition = 1; repetition <= options.repeat; repetition++)
    for (const one of cases) {
      event(`${one.name}${options.repeat > 1 ? `, ${repetition} of ${options.repeat}` : ''}`);
      rows.push(await attempt(`drill ${drill} (${one.name})`, setting, left, () => one.run(repetition)));
    }
  return { rows, ...left };
}

/** A setting that somebody has set by ALTER SYSTEM would be lost: it is left alone. What a killed drill left is reset. */
export async function requireOurs(admin: Session, setting: TemporarySetting): Promise<string> {
  const found = await settingInForce(admin, setting);
  if (!found.altered) return found.setting;
  throw new NotHere(
    `${setting.name} was set to ${found.setting} by ALTER SYSTEM, and the drill would undo that`,
    `If it may: ALTER SYSTEM RESET ${setting.name}; SELECT pg_reload_conf();`,
  );
}
