import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { type Fields, isFields } from '../field.ts';
import { broken, type Found } from '../source/found.ts';
import { type Line, textOfLines } from '../source/line.ts';

/** The plans in EXPLAIN's XML format that the lines hold, and the lines that they take. */
export function xmlPlans(lines: readonly Line[]): { found: Found[]; covered: Set<number> } {
  const [found, covered] = [[] as Found[], new Set<number>()];
  for (let i = 0; i < lines.length; i++) {
    if (!/<explain\b/.test(lines[i]!.text)) continue;
    let to = i;
    while (to < lines.length && !lines[to]!.text.includes('</explain>')) to++;
    const block = lines.slice(i, to + 1);
    for (let at = i; at <= Math.min(to, lines.length - 1); at++) covered.add(at);
    found.push(
      ...(to < lines.length
        ? read(block)
        : [broken(block.at(-1)!.at, 'its XML is cut off: </explain> is missing')]),
    );
    i = to;
  }
  return { found, covered };
}

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  isArray: (name) => /^(?:Plan|Query|Item|Trigger|Worker|Grouping-Set)$/.test(name),
});

function read(lines: readonly Line[]): Found[] {
  const text = textOfLines(lines)
    .replace(/^.*?(?=<explain\b)/, '')
    .replace(/<\/explain>[\s\S]*$/, '</explain>');
  const valid = XMLValidator.validate(text);
  if (valid !== true)
    return [
      broken(lines[Math.min(valid.err.line, lines.length) - 1]!.at, `its XML is broken: ${valid.err.msg}`),
    ];
  let explain: unknown;
  try {
    ({ explain } = parser.parse(text) as { explain: unknown });
  } catch (error) {
    return [broken(lines[0]!.at, `its XML is broken: ${(error as Error).message}`)];
  }
  const queries = isFields(explain) && Array.isArray(explain.Query) ? explain.Query.filter(isFields) : [];
  const documents = queries.map(documentOf).filter((document) => isFields(document.Plan));
  if (documents.length === 0) return [broken(lines[0]!.at, 'its XML has no plan')];
  return documents.map((document) => ({
    kind: 'plan',
    document,
    line: lines[0]!.at,
    format: 'xml',
    notes: [],
  }));
}

function documentOf(query: Fields): Fields {
  const { Plan, ...rest } = contentOf('Query', query) as { Plan?: unknown[] };
  return { ...rest, Plan: Plan?.[0] };
}

/** Lists are elements with one kind of child: Plans with Plan, Output with Item. */
const lists: Readonly<Record<string, string>> = {
  Plans: 'Plan',
  Triggers: 'Trigger',
  Workers: 'Worker',
  'Grouping Sets': 'Grouping-Set',
  'Group Keys': 'Group-Key',
  'Hash Keys': 'Hash-Key',
};

function contentOf(name: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => contentOf(name, each));
  if (!isFields(value)) return scalarOf(name, String(value));
  const of = lists[name] ?? 'Item';
  const items = /^(?:Group|Hash) Keys$/.test(name) ? [value[of]].flat() : value[of];
  if (Array.isArray(items) && Object.keys(value).every((key) => key === of || key === '#text'))
    return items.map((item) => contentOf(of, item));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== '#text')
      .map(([key, each]) => [
        name === 'Settings' ? key : nameOf(key),
        contentOf(name === 'Settings' ? 'Setting' : nameOf(key), each),
      ]),
  );
}

/** XML has hyphens where names have spaces, slashes and hyphens. */
const nameOf = (tag: string): string =>
  tag
    .replaceAll('-', ' ')
    .replace('I O ', 'I/O ')
    .replace('One Time', 'One-Time')
    .replace('Full sort', 'Full-sort')
    .replace('Pre sorted', 'Pre-sorted');

const texts = /^(?!Rows Removed).*(?:Name|Alias|Schema|Cond|Filter|Key|Item|Setting|Text|Call|SQL|Seed)$/;
const truths = /^(?:Parallel Aware|Async Capable|Single Copy|Disabled|Inner Unique)$/;

function scalarOf(name: string, text: string): unknown {
  if (truths.test(name)) return text === 'true';
  if (text.trim() === '') return '';
  return !texts.test(name) && /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
}
