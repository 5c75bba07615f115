import { parse } from 'yaml';
import { isFields } from '../field.ts';
import { broken, type Found } from '../source/found.ts';
import { columnOf, isBlank, type Line, textOfLines } from '../source/line.ts';

/** The plans in EXPLAIN's YAML format that the lines hold, and the lines that they take. */
export function yamlPlans(lines: readonly Line[]): { found: Found[]; covered: Set<number> } {
  const [found, covered] = [[] as Found[], new Set<number>()];
  for (let i = 0; i < lines.length; i++) {
    if (!/^\s*(?:- )?Plan:\s*$/.test(lines[i]!.text)) continue;
    let below = i + 1;
    while (below < lines.length && isBlank(lines[below]!)) below++;
    if (!/^\s+"?Node Type"?: /.test(lines[below]?.text ?? '')) continue;
    const [from, to] = extent(lines, i);
    for (let at = from; at < to; at++) covered.add(at);
    found.push(read(lines.slice(from, to)));
    i = to - 1;
  }
  return { found, covered };
}

/** From the "- " or the Query Text above to the last line that is indented as far as "Plan". */
function extent(lines: readonly Line[], plan: number): [number, number] {
  const { text } = lines[plan]!;
  const column = columnOf(text) + (/^\s*- /.test(text) ? 2 : 0);
  let from = plan;
  if (!/^\s*- /.test(text))
    while (from > 0 && /^\s*(?:- )?"?Query (?:Text|Identifier|Parameters)"?: /.test(lines[from - 1]!.text))
      from--;
  let to = plan + 1;
  for (; to < lines.length; to++) {
    const line = lines[to]!;
    if (isBlank(line)) continue;
    const at = columnOf(line.text);
    if (at < column || (at === column && !/^\s*"?[A-Z][\w /()-]*"?:(?: |$)/.test(line.text))) break;
    if (at === column && /^\s*Plan:/.test(line.text)) break;
  }
  while (isBlank(lines[to - 1]!)) to--;
  return [from, to];
}

function read(lines: readonly Line[]): Found {
  try {
    const value: unknown = parse(textOfLines(lines), { logLevel: 'silent' });
    const document: unknown = Array.isArray(value) ? value[0] : value;
    if (isFields(document) && isFields(document.Plan))
      return { kind: 'plan', document, line: lines[0]!.at, format: 'yaml', notes: [] };
    return broken(lines[0]!.at, 'its YAML has no plan');
  } catch (error) {
    const place = (error as { linePos?: readonly { line: number }[] }).linePos?.[0]?.line ?? 1;
    const [why] = (error as Error).message.split(/ at line |\n/);
    return broken(lines[Math.min(place, lines.length) - 1]!.at, `its YAML is broken or cut off: ${why}`);
  }
}
