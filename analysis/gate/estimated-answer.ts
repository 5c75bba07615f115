/** The planner's cost of one statement without and with a change. */
export interface EstimatedRow {
  readonly statement: string;
  readonly tenantClass: string;
  readonly before: number;
  readonly after: number;
  readonly indexes: readonly string[];
}

export interface EstimatedFacts {
  /** Of statements whose cost changes. */
  readonly rows: readonly EstimatedRow[];
  /** Of every statement that has an estimate. */
  readonly names: readonly string[];
  /** Of added indexes, from statistics; 0 when none is added. */
  readonly addedBytes: number;
  /** Statements for a tenant that have no estimate. */
  readonly unread: number;
}

export interface EstimatedAnswer {
  readonly cheaper: string[];
  readonly dearer: string[];
  readonly unchanged: string[];
  readonly sentence: string;
  readonly notes: string[];
}

/** A tenth: less is within what statistics of another sample would change. */
const clear = 0.1;

/** What estimates can say of a change: which statements the planner would find cheaper or dearer. It is never a measured answer. */
export function estimatedAnswer({ rows, names, addedBytes, unread }: EstimatedFacts): EstimatedAnswer {
  const of = (found: (row: EstimatedRow) => boolean) => [
    ...new Set(rows.filter(found).map(({ statement }) => statement)),
  ];
  const dearer = of(({ before, after }) => after > before * (1 + clear));
  const cheaper = of(({ before, after }) => after < before * (1 - clear)).filter(
    (name) => !dearer.includes(name),
  );
  const unchanged = names.filter((name) => !dearer.includes(name) && !cheaper.includes(name));
  return {
    ...{ cheaper, dearer, unchanged },
    sentence: `Estimated only: ${found(rows, cheaper, dearer)}. Nothing was executed: measure it on a copy with rows before you decide.`,
    notes: [
      `Estimated by the planner for ${names.length} ${names.length === 1 ? 'statement' : 'statements'}, on a copy of its statistics without rows: pages, time and the price of writes were not measured.`,
      ...(addedBytes > 0 ? [`Estimated size of what is added: ${(addedBytes / 1024).toFixed(0)} kB.`] : []),
      ...(unread > 0 ? [`Of ${unread} more there is no estimate, so nothing is said of them.`] : []),
    ],
  };
}

function found(rows: readonly EstimatedRow[], cheaper: readonly string[], dearer: readonly string[]): string {
  const parts = [
    ...(cheaper.length > 0 ? [`${most(rows, cheaper, -1)} would be cheaper`] : []),
    ...(dearer.length > 0 ? [`${most(rows, dearer, 1)} would be dearer`] : []),
  ];
  return parts.length > 0
    ? parts.join(', and ')
    : 'the planner’s cost of no statement would change by a tenth or more';
}

/** "orders/recent (estimated cost 812 → 8.3) and 2 more": the one whose cost moves by the largest factor. */
function most(rows: readonly EstimatedRow[], names: readonly string[], direction: 1 | -1): string {
  const factor = ({ before, after }: EstimatedRow) =>
    direction * Math.log(Math.max(after, 1e-9) / Math.max(before, 1e-9));
  const [first] = rows
    .filter(({ statement }) => names.includes(statement))
    .toSorted((a, b) => factor(b) - factor(a));
  const figure = (value: number) => String(Number(value.toPrecision(3)));
  const others = names.length > 1 ? ` and ${names.length - 1} more` : '';
  return `${first!.statement} (estimated cost ${figure(first!.before)} → ${figure(first!.after)}${first!.tenantClass === 'all' ? '' : ` for the ${first!.tenantClass}`})${others}`;
}
