/** A function call in a policy's expression that the server may run for every row. */
export interface BareCall {
  /** As written, maybe with its schema: "auth.uid". */
  readonly name: string;
  readonly start: number;
  /** Behind its closing parenthesis. */
  readonly end: number;
}

interface Frame {
  /** Of a call: its name and where it starts. */
  readonly call: { readonly name: string; readonly start: number } | null;
  readonly open: number;
  select: boolean;
  from: boolean;
  readonly calls: BareCall[];
}

const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[A-Za-z_][\w$]*|[()]/g;

/**
 * Calls that no `(SELECT f())` wraps. A subselect without FROM is run once a statement (an InitPlan), if no column is in
 * it; one with FROM is run as its rows are. Calls that take a column are left out: they must be run for each row.
 */
export function bareCalls(expression: string): BareCall[] {
  const frames: Frame[] = [frame(null, -1)];
  for (const { 0: text, index } of expression.matchAll(token)) {
    const top = frames.at(-1)!;
    if (text === '(') frames.push(frame(calledAt(expression, index), index));
    else if (text === ')' && frames.length > 1) close(frames, expression, index + 1);
    else if (text === 'SELECT') top.select = true;
    else if (text === 'FROM') top.from = true;
  }
  return frames[0]!.calls;
}

const frame = (call: Frame['call'], open: number): Frame => ({
  call,
  open,
  select: false,
  from: false,
  calls: [],
});

function calledAt(expression: string, open: number): Frame['call'] {
  const name = /(?:[A-Za-z_][\w$]*|"[^"]*")(?:\.(?:[A-Za-z_][\w$]*|"[^"]*"))?$/.exec(
    expression.slice(0, open),
  )?.[0];
  if (!name || expression.slice(0, open - name.length).endsWith('::')) return null; // ::numeric(10,2) is no call
  return { name, start: open - name.length };
}

function close(frames: Frame[], expression: string, end: number): void {
  const done = frames.pop()!;
  const outer = frames.at(-1)!;
  if (done.select && !done.from) return;
  const own = done.call && !hasColumn(expression.slice(done.open, end)) ? [{ ...done.call, end }] : [];
  outer.calls.push(...own, ...done.calls);
}

/** Any word that is neither a call, a type, a string nor a constant. */
const hasColumn = (argument: string): boolean =>
  /[A-Za-z_]/.test(
    argument
      .replace(/'(?:[^']|'')*'/g, '')
      .replace(
        /::(?:"[^"]*"|[\w.]+)(?:\s(?:with|without) time zone|\svarying|\sprecision)?(?:\([\d,]*\))?(?:\[\])?/g,
        '',
      )
      .replace(/(?:"[^"]*"|[\w.]+)\(/g, '(')
      .replace(/\b(?:true|false|NULL|ARRAY|AND|OR|NOT|IS)\b/g, ''),
  );

/**
 * The expression with these calls, none within another, each in a subselect of its own. ANY (SELECT ...) would be a
 * set of rows; with the cast to its type it stays the array that the function returns.
 * @param types what the functions return, by name
 */
export const wrapped = (
  expression: string,
  calls: readonly BareCall[],
  types: ReadonlyMap<string, string>,
): string =>
  outermost(calls)
    .toSorted((a, b) => b.start - a.start)
    .reduce((text, { name, start, end }) => {
      const cast = /\b(?:ANY|ALL|SOME) \($/.test(text.slice(0, start)) ? `::${types.get(name)}` : '';
      return `${text.slice(0, start)}(SELECT ${text.slice(start, end)})${cast}${text.slice(end)}`;
    }, expression);

const outermost = (calls: readonly BareCall[]) =>
  calls.filter(
    (call) => !calls.some((other) => other !== call && other.start <= call.start && call.end <= other.end),
  );
