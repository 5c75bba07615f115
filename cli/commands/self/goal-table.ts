import type { Goal } from '../../../bench/self/goal.ts';

/** Goals as an aligned table: verdict, name, value, goal. What is not met says why below. Circumstances have their own. */
export function goalTable(goals: readonly Goal[]): string {
  const heard = goals.filter((goal) => goal.heard !== undefined);
  const others = goals.filter((goal) => goal.heard === undefined);
  return [others.length > 0 ? figures(others) : '', heard.length > 0 ? heardTable(heard) : '']
    .filter((part) => part !== '')
    .join('\n\n');
}

/** What is true of each circumstance and what was said; below it, why it said so where that was not right. */
function heardTable(goals: readonly Goal[]): string {
  const rows = [
    ['judgement', 'circumstance', 'true of it', 'it said'],
    ...goals.map(({ heard }) => [
      heard!.judgement,
      heard!.circumstance,
      heard!.truth.join(' or '),
      heard!.said ?? '-',
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const notes = goals
    .filter(({ ok }) => ok !== true)
    .map(({ heard, why }) => `${heard!.circumstance}: ${why}`);
  return [...lines, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

function figures(goals: readonly Goal[]): string {
  const rows = goals.map((goal) => [word(goal), goal.name, figure(goal.value), bound(goal)] as const);
  const width = (column: number) => Math.max(...rows.map((row) => row[column]!.length));
  const [words, names, values] = [width(0), width(1), width(2)];
  return goals
    .flatMap((goal, i) => {
      const [state, name, value, limit] = rows[i]!;
      const line =
        `${state.padEnd(words)}  ${name.padEnd(names)}  ${value.padStart(values)}  ${limit}`.trimEnd();
      return goal.ok === true ? [line] : [line, `${' '.repeat(words)}  ${goal.why}`];
    })
    .join('\n');
}

function word({ ok, value }: Goal): string {
  if (ok !== null) return ok ? 'met' : 'missed';
  return value === null ? 'missing' : 'open';
}

const figure = (value: number | null): string =>
  value === null ? '-' : Number(value.toPrecision(3)).toString();

/** "goal >= 0.95 ratio": the direction stands behind the unit. */
function bound({ goal, unit }: Goal): string {
  if (goal === null) return '';
  const [of, direction] = unit.split(', ');
  const sign = direction === 'at least' ? '>=' : direction === 'at most' ? '<=' : '';
  return ['goal', sign, String(goal), of].filter((part) => part).join(' ');
}
