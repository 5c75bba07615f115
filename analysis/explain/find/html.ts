import { type Line, linesOf } from '../source/line.ts';

/** The cells of tables and the preformatted texts of a page, each by itself, or all of it; null when it is no page. */
export function htmlCells(text: string): Line[][] | null {
  if (!/<(?:td|pre|tr)\b/i.test(text))
    return /<br\s{0,9}\/?>|-&gt;/i.test(text) ? [linesOf(plain(text))] : null;
  const cells: Line[][] = [];
  let line = 1;
  let seen = 0;
  let open: { name: string; from: number } | null = null;
  for (const { index, 0: tag, 1: slash, 2: name } of text.matchAll(/<(\/?)(td|pre)\b[^<>]*>/gi)) {
    if (slash === '' && !/\bcolspan=/i.test(tag))
      open ??= { name: name!.toLowerCase(), from: index + tag.length };
    else if (open?.name === name!.toLowerCase()) {
      for (; seen < open.from; seen++) if (text.charCodeAt(seen) === 10) line++;
      cells.push(linesOf(plain(text.slice(open.from, index)), line));
      open = null;
    }
  }
  return cells.length > 0 ? cells : null;
}

const entities: Readonly<Record<string, string>> = {
  nbsp: ' ',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  amp: '&',
};

const plain = (html: string) =>
  html
    .replace(/<br\s{0,9}\/?>\n?/gi, '\n')
    .replace(/<[^<>]*>/g, '')
    .replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hexadecimal, name) =>
      decimal || hexadecimal
        ? String.fromCodePoint(
            Math.min(0x10ffff, decimal ? Number(decimal) : Number.parseInt(hexadecimal, 16)),
          )
        : (entities[name.toLowerCase()] ?? whole),
    );
