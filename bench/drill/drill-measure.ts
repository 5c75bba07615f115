import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import type { DrillResult } from '../../result/measures/drill.ts';
import type { Result } from '../../result/result.ts';
import type { Measure, Setting } from '../measure.ts';
import { attempt, type Left } from './attempt.ts';
import type { Drill, DrillCase, DrillOptions, DrillSetting, FaultDrill } from './drill.ts';
import { drills } from './drills.ts';
import { runCase } from './run-case.ts';
import { prepareUnder } from './under.ts';

/** @throws Fault (usage) naming the nearest */
export function drillNamed(name: string): Drill {
  const found = drills.find((one) => one.name === name);
  if (found) return found;
  const names = drills.map((one) => one.name);
  throw usage(`There is no drill "${name}".`, suggest(name, names));
}

/** @throws Fault (usage) where a drill has a load of its own, beside which --under would not be what it says */
export function requireUnder(chosen: readonly Drill[]): void {
  const alone = chosen.flatMap((one) =>
    'run' in one && one.ownLoad !== null ? [{ ...one, load: one.ownLoad }] : [],
  );
  if (alone.length === 0) return;
  const others = drills.filter((one) => 'cases' in one || one.ownLoad === null).map(({ name }) => name);
  throw usage(
    `--under does not run beside ${alone.map(({ name, load }) => `${name} (its load: ${load})`).join('; ')}.`,
    `Leave --under out, or name others: ./olympus drill ${others.filter((name) => name !== 'soak').join(' ')} --under ...`,
  );
}

/** @throws Fault (usage) on a server of the user's, unless it was allowed and its database named */
function requireOurs({ topology, database }: Setting, { allowDrills, notOurs }: DrillOptions): void {
  if (topology.get('primary').provider !== 'external' || (allowDrills && notOurs === database)) return;
  throw usage(
    `The database "${database}" is on a server of yours: a drill writes to it and ends sessions of it.`,
    `If that may be: --allow-drills --i-know-it-is-not-ours ${database}. Else: ./olympus drill --topology local`,
  );
}

/** The chosen drills as one measure, one after the other: what failed of one leaves the others. */
export const drillMeasure = (chosen: readonly Drill[], options: DrillOptions): Measure => ({
  part: 'drill',
  needs: ['primary'],
  wants: [...new Set(chosen.flatMap(({ wants }) => wants))],
  breaksServers: true,
  userInput: true,
  async run(setting) {
    requireOurs(setting, options);
    const asked = options.under;
    await using under = asked === null ? undefined : await prepareUnder(setting, asked.scenario, asked.rate);
    const found: Partial<Result> = {};
    const left: Left = { skipped: [], warnings: [] };
    for (const one of chosen) {
      const own: DrillSetting = {
        ...setting,
        options,
        control: setting.topology.control,
        under,
        memory: [],
        event: (what) => setting.progress.note(`${one.name}: ${what}`),
      };
      const keep = () => setting.soFar?.({ ...found, ...left });
      if ('run' in one) {
        const {
          skipped = [],
          warnings = [],
          ...sections
        } = await attempt(one.name, setting, left, () => one.run(own));
        addSections(found, sections);
        left.skipped.push(...skipped);
        left.warnings.push(...warnings);
      } else
        for await (const row of rowsOf(one, own, left)) {
          found.drill = [...(found.drill ?? []), row];
          keep();
        }
      keep();
    }
    return { ...found, ...left };
  },
});

/** @throws Fault (usage) naming the cases, where none is meant */
function chosenCases(drill: FaultDrill, setting: DrillSetting): readonly DrillCase[] {
  const { only } = setting.options;
  const all = drill.cases(setting);
  const chosen = only === null ? all : all.filter(({ name }) => name.includes(only));
  if (chosen.length > 0) return chosen;
  throw usage(
    `${drill.name} has no case with "${only}" in its name.`,
    `There is: ${all.map(({ name }) => name).join('; ')}`,
  );
}

/** Two drills may have rows of one section. */
function addSections(found: Partial<Result>, sections: Partial<Result>): void {
  const before: Record<string, unknown> = { ...found };
  for (const [key, value] of Object.entries(sections)) {
    const there = before[key];
    Object.assign(found, {
      [key]: Array.isArray(there) && Array.isArray(value) ? [...there, ...value] : value,
    });
  }
}

async function* rowsOf(
  drill: FaultDrill,
  setting: DrillSetting,
  { skipped, warnings }: Left,
): AsyncGenerator<DrillResult> {
  const { topology, options, control } = setting;
  for (const one of chosenCases(drill, setting)) {
    const part = `drill ${drill.name} (${one.name})`;
    const away = one.needs.find((name) => !topology.find(name));
    if (away) {
      const { why, how } = topology.absence(away);
      skipped.push({ part, why: `${away} is not there: ${why}`, how });
      continue;
    }
    if (one.stopsServers && !control) {
      skipped.push({
        part,
        why: `it stops servers, which it does to those of a local topology only; these are ${topology.get('primary').provider}`,
        how: 'Run it on a local topology: ./olympus drill --topology local',
      });
      continue;
    }
    for (let repetition = 1; repetition <= options.repeat; repetition++) {
      setting.progress.note(
        `${drill.name}: ${one.name}${options.repeat > 1 ? `, ${repetition} of ${options.repeat}` : ''}`,
      );
      const { drill: rows = [] } = await attempt(part, setting, { skipped, warnings }, async () => ({
        drill: [await runCase(drill.name, one, repetition, setting)],
      }));
      yield* rows;
    }
  }
}
