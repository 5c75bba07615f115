import type { Nightly, Objective, Result, TrustCheck } from '../result/result.ts';
import { brief, quantity } from './format.ts';
import { loadWords } from './load-words.ts';

/** JUnit XML: each objective and each trust check is a test case; what was not measured is skipped, with why. */
export function renderJunit(result: Result): string {
  const suites = [
    suite('objectives', result, result.objectives, happened(result)),
    suite('trust', result, result.trust.checks),
    ...(result.nightly ? [suite('night', result, nightChecks(result.nightly))] : []),
  ];
  const all = [
    ...result.objectives,
    ...result.trust.checks,
    ...(result.nightly ? nightChecks(result.nightly) : []),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="Olympus Bench ${xml(result.run.suite)}" ${totals(all)} time="${seconds(result)}">
${suites.join('\n')}
</testsuites>
`;
}

/** Each time of a night, and what has no noise where it is not as in the control. */
const nightChecks = ({ metrics }: Nightly): Objective[] =>
  metrics
    .filter(({ exact, state }) => !exact || state !== 'steady')
    .map(({ metric, state, value, why }) => ({
      ...{ name: metric, limit: null, unit: 'x control', why: `${state}: ${why}` },
      ok: state === 'confirmed' ? false : state === 'learning' ? null : true,
      value: value === null ? null : Math.exp(value),
    }));

/** Retries, stalls and outages have no case of their own where nothing was promised of them. */
const happened = ({ load }: Result): string[] =>
  load.flatMap((one) => loadWords(one).map((words) => `${one.scenario}, ${one.model}: ${words}`));

function suite(
  name: string,
  { run, verdict }: Result,
  checks: readonly (Objective | TrustCheck)[],
  words: readonly string[] = [],
): string {
  return `  <testsuite name="${name}" ${totals(checks)} timestamp="${xml(run.startedAt)}">
    <properties>
      <property name="run" value="${xml(run.id)}"/>
      <property name="verdict" value="${xml(verdict.status)}"/>
    </properties>
${[...checks.map((check) => testCase(name, check)), ...outOf(words)].join('\n')}
  </testsuite>`;
}

const outOf = (words: readonly string[]) =>
  words.length > 0 ? [`    <system-out>${words.map(xml).join('&#10;')}</system-out>`] : [];

function testCase(group: string, { name, ok, value, limit, unit, why }: Objective): string {
  const open = `    <testcase classname="olympus.${group}" name="${xml(name)}" time="0"`;
  const told =
    value === null
      ? ''
      : `${quantity(value, unit)}${limit === null ? '' : `, limit ${brief(quantity(limit, unit))}`}. `;
  if (ok) return `${open}/>`;
  if (ok === null) return `${open}>\n      <skipped message="${xml(why)}"/>\n    </testcase>`;
  return `${open}>\n      <failure type="${group}" message="${xml(told + why)}"/>\n    </testcase>`;
}

function totals(checks: readonly Objective[]): string {
  const failed = checks.filter(({ ok }) => ok === false).length;
  const open = checks.filter(({ ok }) => ok === null).length;
  return `tests="${checks.length}" failures="${failed}" errors="0" skipped="${open}"`;
}

const seconds = ({ run }: Result) => run.stages.reduce((sum, stage) => sum + stage.seconds, 0).toFixed(3);

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Escapes, and replaces what XML 1.0 cannot hold even escaped (section 2.2). */
export const xml = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML forbids
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .toWellFormed()
    .replace(/[&<>"']/g, (character) => entities[character]!)
    .replace(/\r?\n/g, '&#10;');
