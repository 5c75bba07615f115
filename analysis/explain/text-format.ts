import type { Fields } from './field.ts';

/**
 * EXPLAIN's text format as the object that its JSON format would be, as far as the text says; null when no line of it
 * is a node. Reads what psql, a log (auto_explain) and a mail leave of it, as long as the indentation is kept.
 */
export function parseTextPlan(text: string): Fields | null {
  const plan = new TextPlan();
  for (const line of unframed(text)) plan.read(line);
  return plan.document();
}

/** Without psql's header, frame and count, and without what a log puts before the first line. */
function unframed(text: string): string[] {
  return text
    .replace(/^\uFEFF/, '')
    .replace(/\t/g, '        ')
    .split(/\r?\n/)
    .map((line) => line.replace(/^\s*[|│]/, ' ').replace(/\s*[|│+↵]?\s*$/, ''))
    .filter((line) => line.trim() !== '' && !/^\s*(QUERY PLAN|[-─+]{3,}|\(\d+ rows?\))\s*$/.test(line));
}

type Open = Record<string, unknown> & { Plans?: Open[] };

const figures =
  /(?:\s+\(cost=[\d.]+\.\.([\d.]+) rows=(\d+) width=\d+\))?(?:\s+\((?:actual (?:time=[\d.]+\.\.([\d.]+) )?rows=([\d.]+) loops=(\d+)|(never executed))\))?$/;
const withFigures = /\((?:cost=|actual |never executed\))/;
const heading = /^(InitPlan \d+(?: \(.*\))?|SubPlan \d+(?: \(.*\))?|CTE \S.*)$/;

class TextPlan {
  readonly #top: Record<string, unknown> = {};
  readonly #path: { column: number; node: Open }[] = [];
  #subplan: string | null = null;
  #first = '';
  #buffers = false;
  #worker: number | null = null;
  #root: Open | null = null;
  #section: 'nodes' | 'Planning' | 'JIT' = 'nodes';

  document(): Fields | null {
    if (this.#root && this.#buffers) untouched(this.#root);
    return this.#root ? { ...this.#top, Plan: this.#root } : null;
  }

  read(line: string): void {
    const column = line.search(/\S/);
    const arrow = /^\s*->\s+(.*)$/.exec(line)?.[1];
    const text = arrow ?? line.trim();
    if (arrow !== undefined && this.#root === null) this.#node(0, this.#first);
    if (arrow !== undefined || (this.#root === null && withFigures.test(text))) this.#node(column, text);
    else if (this.#root !== null && heading.test(text)) this.#subplan = text;
    else if (this.#root !== null && !this.#ofWorker(column, text)) this.#property(text);
    else if (this.#root === null) this.#first = text; // the root, when EXPLAIN ran without costs
    if (/^Query Text: /.test(text)) this.#top['Query Text'] = text.slice('Query Text: '.length);
  }

  /** With VERBOSE a worker's own share stands below "Worker 0:", deeper; it is in its node's figures already. */
  #ofWorker(column: number, text: string): boolean {
    if (/^Worker \d+:/.test(text)) this.#worker = column;
    else if (this.#worker !== null && column <= this.#worker) this.#worker = null;
    return this.#worker !== null;
  }

  #node(column: number, text: string): void {
    this.#worker = null;
    const node: Open = { ...nameOf(text.replace(figures, '')), ...figuresOf(text) };
    while (this.#path.length > 1 && this.#path.at(-1)!.column >= column) this.#path.pop();
    const parent = this.#path.at(-1)?.node;
    if (parent) {
      node['Parent Relationship'] = this.#subplan ? subplanOf(this.#subplan) : placeBelow(parent);
      if (this.#subplan) node['Subplan Name'] = this.#subplan;
      parent.Plans = [...(parent.Plans ?? []), node];
    } else this.#root = node;
    this.#subplan = null;
    this.#path.push({ column: parent ? column : -1, node });
  }

  #property(text: string): void {
    const [, key, value] = /^([A-Za-z][\w ()/-]*?):\s*(.*)$/.exec(text) ?? [];
    if (key === undefined || value === undefined) return;
    const ms = /^([\d.]+) ms$/.exec(value)?.[1];
    if (key === 'Planning' || key === 'JIT') this.#section = key;
    else if (/^(Planning|Execution) Time$/.test(key) && ms) this.#top[key] = Number(ms);
    else if (key === 'Settings') this.#top.Settings = settingsOf(value);
    else if (/^Trigger /.test(key)) this.#trigger(key, value);
    else if (this.#section === 'Planning')
      this.#top.Planning ??= key === 'Buffers' ? buffersOf(value) : undefined;
    else if (this.#section === 'JIT') this.#jit(key, value);
    else {
      this.#buffers ||= key === 'Buffers';
      Object.assign(this.#path.at(-1)!.node, propertiesOf(key, value));
    }
  }

  #trigger(key: string, value: string): void {
    const [, time] = /time=([\d.]+)/.exec(value) ?? [];
    const [, calls] = /calls=(\d+)/.exec(value) ?? [];
    const trigger = {
      'Trigger Name': key.slice('Trigger '.length),
      ...(time ? { Time: Number(time) } : {}),
      Calls: Number(calls ?? 0),
    };
    this.#top.Triggers = [...((this.#top.Triggers as object[]) ?? []), trigger];
  }

  #jit(key: string, value: string): void {
    const total = key === 'Timing' ? /Total ([\d.]+) ms/.exec(value)?.[1] : undefined;
    if (total) this.#top.JIT = { Timing: { Total: Number(total) } };
  }
}

/** With BUFFERS, the text leaves out the line of a node that touched no page. */
function untouched(node: Open): void {
  node['Shared Hit Blocks'] ??= 0;
  node['Shared Read Blocks'] ??= 0;
  for (const child of node.Plans ?? []) untouched(child);
}

const subplanOf = (name: string) => (name.startsWith('SubPlan') ? 'SubPlan' : 'InitPlan');

/** The relationship that JSON names and the text leaves to the reader. */
function placeBelow(parent: Open): string {
  if (/^(Merge )?Append$|^Bitmap(And|Or)$/.test(String(parent['Node Type']))) return 'Member';
  if (parent['Node Type'] === 'Subquery Scan') return 'Subquery';
  return parent.Plans?.some((plan) => plan['Subplan Name'] === undefined) ? 'Inner' : 'Outer';
}

/** What stands between the name of the node and the end of its line. */
function figuresOf(text: string): Fields {
  const [, cost, estimated, time, rows, loops, never] = figures.exec(text) ?? [];
  return {
    ...(cost ? { 'Total Cost': Number(cost) } : {}),
    ...(estimated ? { 'Plan Rows': Number(estimated) } : {}),
    ...(time ? { 'Actual Total Time': Number(time) } : {}),
    ...(rows ? { 'Actual Rows': Number(rows), 'Actual Loops': Number(loops) } : {}),
    ...(never ? { 'Actual Rows': 0, 'Actual Loops': 0, 'Actual Total Time': 0 } : {}),
  };
}

const aggregates: Readonly<Record<string, string>> = {
  HashAggregate: 'Hashed',
  GroupAggregate: 'Sorted',
  MixedAggregate: 'Mixed',
  Aggregate: 'Plain',
};

/** "Parallel Index Only Scan Backward using i on s.t a": the parts that JSON has as fields of their own. */
function nameOf(text: string): Fields {
  const fields: Record<string, unknown> = {};
  const [, parallel, partial, rest = ''] =
    /^(Parallel )?(Partial |Finalize |Simple )?(.*)$/.exec(text.trim()) ?? [];
  const [, plain = rest, index, target] = /^(.*?)(?: using (\S+))?(?: on (.+))?$/.exec(rest) ?? [];
  const backward = / Backward$/.test(plain);
  const name = plain.replace(/ Backward$/, '');
  const join = /^(Nested Loop|Hash|Merge)(?: (.+?))? Join$/.exec(name);
  const write = /^(Insert|Update|Delete|Merge)$/.exec(name);
  if (parallel) fields['Parallel Aware'] = true;
  if (partial) fields['Partial Mode'] = partial.trim();
  if (backward) fields['Scan Direction'] = 'Backward';
  if (index) fields['Index Name'] = index.replaceAll('"', '');
  if (aggregates[name]) Object.assign(fields, { 'Node Type': 'Aggregate', Strategy: aggregates[name] });
  else if (join) {
    fields['Node Type'] = join[1] === 'Nested Loop' ? join[1] : `${join[1]} Join`;
    fields['Join Type'] = join[2] ?? 'Inner';
  } else if (write && target) Object.assign(fields, { 'Node Type': 'ModifyTable', Operation: name });
  else fields['Node Type'] = name;
  if (name === 'Nested Loop') fields['Join Type'] = 'Inner';
  if (target) Object.assign(fields, targetOf(name, target));
  return fields;
}

function targetOf(name: string, target: string): Fields {
  const [object = '', alias] = target.split(' ');
  const relation = object.replace(/^.*\./, '').replaceAll('"', '');
  if (name === 'Bitmap Index Scan') return { 'Index Name': relation };
  if (name === 'CTE Scan' || name === 'WorkTable Scan')
    return { 'CTE Name': relation, Alias: alias ?? relation };
  if (name === 'Subquery Scan') return { Alias: relation };
  if (name === 'Function Scan') return { 'Function Name': relation, Alias: alias ?? relation };
  return { 'Relation Name': relation, Alias: alias ?? relation };
}

/** A line below a node. Some lines hold several figures. */
function propertiesOf(key: string, value: string): Fields {
  if (key === 'Buffers') return buffersOf(value);
  const sort = /^(.+?)\s+(Memory|Disk): (\d+)kB$/.exec(value);
  if (key === 'Sort Method' && sort)
    return { 'Sort Method': sort[1], 'Sort Space Type': sort[2], 'Sort Space Used': Number(sort[3]) };
  if (key === 'Buckets') {
    const batches = /Batches: (\d+)/.exec(value)?.[1];
    return batches ? { 'Hash Batches': Number(batches) } : {};
  }
  if (key === 'Batches') {
    const disk = /Disk Usage: (\d+)kB/.exec(value)?.[1];
    return disk ? { 'Disk Usage': Number(disk) } : {};
  }
  const stored = key === 'Storage' && /^(Memory|Disk)\s+Maximum Storage: (\d+)kB$/.exec(value);
  if (stored) return { Storage: stored[1], 'Maximum Storage': Number(stored[2]) };
  return { [key]: /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value };
}

/** "shared hit=3 read=1, temp read=5 written=6": a kind that is not named was not touched. */
function buffersOf(value: string): Fields {
  const of = (kind: string, verb: string) =>
    Number(new RegExp(`${kind}(?: \\w+=\\d+)*? ${verb}=(\\d+)`).exec(value)?.[1] ?? 0);
  return {
    'Shared Hit Blocks': of('shared', 'hit'),
    'Shared Read Blocks': of('shared', 'read'),
    'Temp Read Blocks': of('temp', 'read'),
    'Temp Written Blocks': of('temp', 'written'),
  };
}

const settingsOf = (value: string): Fields =>
  Object.fromEntries([...value.matchAll(/([\w.]+) = '((?:[^']|'')*)'/g)].map(([, name, of]) => [name!, of!]));
