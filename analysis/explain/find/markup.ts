import type { Line } from '../source/line.ts';
import type { Reader } from './psql-table.ts';

/** A way in which psql writes tables for a text processor: what surrounds them, and what each line of one meant. */
interface Markup {
  readonly opens: RegExp;
  readonly closes: RegExp;
  /** Lines of a table that are no cell. */
  readonly skipped: RegExp;
  readonly cell: (text: string) => string;
}

const markups: readonly Markup[] = [
  {
    opens: /^\|={4}\s*$/,
    closes: /^\|={4}\s*$/,
    skipped: /^(?:\^l\|QUERY PLAN|2\+\^?\|(?:Record \d+)?|)\s*$/,
    cell: (text) => text.replace(/^(?:<l\|QUERY PLAN <l)?\|/, '').replaceAll('\\|', '|'),
  },
  {
    opens: /^\.TS\s*$/,
    closes: /^\.TE\s*$/,
    skipped: /^(?:center.*;|[clr| .s]+\.|\\fI.*\\fP|_|\.T&)\s*$/,
    cell: (text) => text.replace(/^QUERY PLAN\t/, '').replaceAll('\\(rs', '\\'),
  },
  {
    opens: /^\\begin\{(?:tabular|longtable)\}/,
    closes: /^\\end\{(?:tabular|longtable)\}/,
    skipped: /^\s*\\(?:hline|toprule|midrule|bottomrule|end\w+|small|textit|multicolumn)\b/,
    cell: (text) =>
      text
        .replace(/^QUERY PLAN & /, '')
        .replace(/^\\raggedright\{(.*)\} \\tabularnewline$/, '$1')
        .replace(/ \\\\$/, '')
        .replaceAll(/\\text(backslash|less|greater|bar)\{\}|\\([\^~])\{\}|\\([#$%&_{}])|\\(\\)/g, unescaped),
  },
];

const characters: Readonly<Record<string, string>> = { backslash: '\\', less: '<', greater: '>', bar: '|' };
const unescaped = (_: string, name?: string, accent?: string, sign?: string, breaks?: string): string =>
  breaks ? '\n' : (characters[name ?? ''] ?? accent ?? sign ?? '');

/** A table of psql's asciidoc, latex and troff-ms formats. */
export const psqlMarkup: Reader = (lines, at) => {
  const markup = markups.find(({ opens }) => opens.test(lines[at]!.text));
  if (!markup) return null;
  let end = at + 1;
  while (end < lines.length && !markup.closes.test(lines[end]!.text) && !markup.opens.test(lines[end]!.text))
    end++;
  if (!markup.closes.test(lines[end]?.text ?? '')) return null;
  const body = lines.slice(at + 1, end).filter(({ text }) => !markup.skipped.test(text.trimEnd()));
  return { lines: body.flatMap((line) => linesIn(line, markup.cell(line.text.trimEnd()))), next: end + 1 };
};

const linesIn = ({ at }: Line, text: string): Line[] => text.split('\n').map((each) => ({ text: each, at }));
