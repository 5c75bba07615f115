import type { Random } from './statements.ts';

/** A plan as somebody kept it: the bytes of a file. */
export interface Kept {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Everything of the plan is there: it must be read, and with the same figures. */
  readonly whole: boolean;
}

type Mutation = (plan: string, random: Random) => string | null;

const linesOf = (plan: string) => plan.split('\n');
const widest = (lines: readonly string[]) => Math.max(...lines.map((line) => line.length));
const pick = <T>(random: Random, of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
const footer = (lines: readonly string[]) => `(${lines.length} row${lines.length === 1 ? '' : 's'})`;
const hasBreaks = (plan: string) => /'[^'\n]*\n/.test(plan);
const executed = (plan: string) => /\(actual /.test(plan);

/** psql prints a row with line breaks in it over several lines; only plans without are put in its frames here. */
const framed =
  (make: (lines: string[], random: Random) => string[]): Mutation =>
  (plan, random) =>
    hasBreaks(plan) ? null : make(linesOf(plan), random).join('\n');

const frames: Readonly<Record<string, Mutation>> = {
  'psql aligned': framed((lines) => [
    'QUERY PLAN'.padStart(widest(lines) / 2),
    '-'.repeat(widest(lines) + 2),
    ...lines.map((line) => ` ${line}`),
    footer(lines),
    '',
  ]),
  'psql border 0': framed((lines) => ['QUERY PLAN', '-'.repeat(widest(lines)), ...lines, footer(lines)]),
  'psql border 2': framed((lines) => {
    const bar = `+${'-'.repeat(widest(lines) + 2)}+`;
    return [
      bar,
      `| ${'QUERY PLAN'.padEnd(widest(lines))} |`,
      bar,
      ...lines.map((line) => `| ${line.padEnd(widest(lines))} |`),
      bar,
      footer(lines),
    ];
  }),
  'psql unicode 2': framed((lines) => {
    const dash = '─'.repeat(widest(lines) + 2);
    return [
      `┌${dash}┐`,
      `│ ${'QUERY PLAN'.padEnd(widest(lines))} │`,
      `├${dash}┤`,
      ...lines.map((line) => `│ ${line.padEnd(widest(lines))} │`),
      `└${dash}┘`,
      footer(lines),
    ];
  }),
  'psql unaligned': framed((lines) => ['QUERY PLAN', ...lines, footer(lines)]),
  'psql expanded': framed((lines) =>
    lines.flatMap((line, i) => [`-[ RECORD ${i + 1} ]${'-'.repeat(40)}`, `QUERY PLAN | ${line}`]),
  ),
  'psql expanded 2': framed((lines) =>
    lines.flatMap((line, i) => [
      `+-[ RECORD ${i + 1} ]${'-'.repeat(40)}+`,
      `| QUERY PLAN | ${line.padEnd(widest(lines))} |`,
    ]),
  ),
  'psql expanded unicode': framed((lines) =>
    lines.flatMap((line, i) => [`─[ RECORD ${i + 1} ]${'─'.repeat(40)}`, `QUERY PLAN │ ${line}`]),
  ),
  'psql expanded unaligned': framed((lines) =>
    lines.flatMap((line, i) => [...(i > 0 ? [''] : []), `QUERY PLAN|${line}`]),
  ),
  'psql wrapped': framed((lines, random) => {
    const width = 60 + Math.floor(random() * 60);
    const rows = lines.flatMap((line) => {
      const pieces = line.match(new RegExp(`.{1,${width}}`, 'g')) ?? [''];
      return pieces.map(
        (piece, i) => `${i > 0 ? '.' : ' '}${i < pieces.length - 1 ? `${piece.padEnd(width)}.` : piece}`,
      );
    });
    return ['QUERY PLAN'.padStart(width / 2), '-'.repeat(width + 2), ...rows, footer(lines)];
  }),
  'psql csv': (plan) =>
    ['QUERY PLAN', ...linesOf(plan).map((line) => (/[",]/.test(line) ? quoted(line) : line))].join('\n'),
  'psql html': (plan) =>
    `<table border="1">\n  <tr>\n    <th align="center">QUERY PLAN</th>\n  </tr>\n${linesOf(plan)
      .map(
        (line) =>
          `  <tr valign="top">\n    <td align="left">${escaped(line).replace(/^ +/, (spaces) => '&nbsp;'.repeat(spaces.length))}</td>\n  </tr>`,
      )
      .join('\n')}\n</table>\n<p>${footer(linesOf(plan))}<br />\n</p>`,
  'one cell': framed((lines) => [
    ' QUERY PLAN',
    '-'.repeat(30),
    ...lines.map((line, i) => ` ${line.padEnd(widest(lines))}${i < lines.length - 1 ? '+' : ''}`),
    '(1 row)',
  ]),
  pgadmin: (plan) => ['"QUERY PLAN"', ...linesOf(plan).map(quoted)].join('\n'),
  dbeaver: framed((lines) => [
    `QUERY PLAN${' '.repeat(Math.max(0, widest(lines) - 10))}|`,
    `${'-'.repeat(widest(lines))}+`,
    ...lines.map((line) => `${line.padEnd(widest(lines))}|`),
  ]),
  'markdown table': framed((lines) => [`| QUERY PLAN |`, '|---|', ...lines.map((line) => `| ${line} |`)]),
};

const quoted = (line: string) => `"${line.replaceAll('"', '""')}"`;
const escaped = (line: string) =>
  line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const around: Readonly<Record<string, Mutation>> = {
  mail: (plan, random) =>
    `Hi,\n\nthis is slow [see ticket 12]:\n\n${linesOf(plan)
      .map((line) => `${pick(random, ['> ', '> '])}${line}`)
      .join('\n')}\n\nThanks!\n`,
  'mail of a mail': (plan) =>
    linesOf(plan)
      .map((line) => `> > ${line}`)
      .join('\n'),
  markdown: (plan) => `# Slow\n\nSince Monday (see {1}):\n\n\`\`\`\n${plan}\n\`\`\`\n\nAny idea?`,
  session: (plan) => `BEGIN\nSET\nTime: 0.300 ms\n${plan}\nTime: 12.000 ms\nROLLBACK`,
  'numbered "1. "': framed((lines) => lines.map((line, i) => `${i + 1}. ${line}`)),
  'numbered " 1 |"': framed((lines) => lines.map((line, i) => `${String(i + 1).padStart(4)} | ${line}`)),
  'numbered "1:"': framed((lines) => lines.map((line, i) => `${i + 1}: ${line}`)),
  'blank lines between': framed((lines) => lines.flatMap((line) => [line, ''])),
  'trailing spaces': framed((lines) => lines.map((line) => `${line}   `)),
  'spaces that do not break': (plan) => plan.replaceAll(/^ +/gm, (spaces) => '\u00A0'.repeat(spaces.length)),
  'first line without its space': framed((lines) => lines.map((line, i) => (i === 0 ? line : ` ${line}`))),
  colours: (plan) =>
    linesOf(plan)
      .map((line) => `\u001B[32m${line}\u001B[0m`)
      .join('\n'),
};

const sql = [
  'select 1',
  "select j\n  -> 'a'\n  ->> 'b' as v\nfrom doc\nwhere id = 7;",
  'select /*\nSeq Scan on fake  (cost=0.00..1.00 rows=1 width=1) (actual time=0.001..0.002 rows=9 loops=1)\n*/ 1',
  '-- Limit  (cost=0.00..1.00 rows=1 width=1)\n--   ->  Seq Scan on fake  (cost=0.00..1.00 rows=1 width=1)\nselect 2',
];
const entry = (plan: string, random: Random) =>
  `duration: 12.345 ms  plan:\nQuery Text: ${pick(random, sql)}\n${plan}`;
/** auto_explain has costs always, and no summary. */
const logged =
  (make: (message: string, random: Random) => string): Mutation =>
  (plan, random) =>
    /\(cost=/.test(plan)
      ? make(
          entry(
            plan.split(/\n(?=(?:Planning|JIT|Serialization|Execution|Trigger|Settings|Query Id)\b)/)[0]!,
            random,
          ),
          random,
        )
      : null;
const stderr = (prefix: string) =>
  logged(
    (message) =>
      `${prefix}LOG:  checkpoint starting: time\n${prefix}LOG:  ${message.replaceAll('\n', '\n\t')}\n${prefix}LOG:  connection received: host=[local]\n`,
  );
const eachLine = (prefix: (i: number) => string, tab: string) =>
  logged((message) =>
    message
      .split('\n')
      .map((line, i) => `${prefix(i)}${i === 0 ? 'LOG:  ' : tab}${line}`)
      .join('\n'),
  );

const logs: Readonly<Record<string, Mutation>> = {
  stderr: stderr('2026-02-03 10:00:00.123 UTC [4242] '),
  'stderr %t [%p]: [%l-1] user=%u': stderr(
    '2026-02-03 10:00:00 CET [4242]: [3-1] user=app,db=shop,app=psql,client=10.0.0.1 ',
  ),
  'stderr RDS': stderr('2026-02-03 10:00:00 UTC:10.0.0.1(5432):app@db:[4242]:'),
  'stderr Azure': stderr('2026-02-03 10:00:00 UTC-65c-'),
  'stderr no prefix': stderr(''),
  syslog: eachLine((i) => `Feb  3 10:00:00 host postgres[4242]: [40-${i + 1}] `, '#011'),
  'syslog ISO': eachLine(
    (i) => `2026-02-03T10:00:00.${100 + i}+00:00 db1 postgres[4242]: [7-${i + 1}] `,
    '#011',
  ),
  Heroku: eachLine(
    (i) => `2026-02-03T10:00:00.000000+00:00 app[postgres.4242]: [COPPER] [40-${i + 1}]  `,
    '',
  ),
  'docker compose': eachLine(() => 'db-1  | ', '\t'),
  CRI: eachLine((i) => `2026-02-03T10:00:00.00000${i % 10}Z stderr F `, '\t'),
  'syslog and another process': logged((message) =>
    message
      .split('\n')
      .flatMap((line, i) => [
        `Feb  3 10:00:00 host postgres[4242]: [40-${i + 1}] ${i === 0 ? 'LOG:  ' : '#011'}${line}`,
        ...(i % 3 === 1 ? [`Feb  3 10:00:00 host postgres[17]: [9-${i}] LOG:  something else`] : []),
      ])
      .join('\n'),
  ),
  'rsyslog in one line': logged(
    (message) => `Feb  3 10:00:00 host postgres[4242]: [40-1] LOG:  ${message.replaceAll('\n', '#012#011')}`,
  ),
  csvlog: logged(
    (message) =>
      `2026-02-03 10:00:00.123 UTC,"app","shop",4242,"[local]",65c.1,3,"SELECT",2026-02-03 09:00:00 UTC,4/2,0,LOG,00000,${quoted(message)},,,,,,"select 'a, b'",,,"psql","client backend",,0\n`,
  ),
  jsonlog: logged(
    (message) =>
      `${JSON.stringify({ timestamp: 't', pid: 1, message: 'checkpoint' })}\n${JSON.stringify({ pid: 1, error_severity: 'LOG', message, statement: 'Seq Scan on x  (cost=0.00..1.00 rows=1 width=1)' })}\n{"mess`,
  ),
  Azure: logged((message) =>
    JSON.stringify({
      properties: { errorLevel: 'LOG', message: `2026-02-03 10:00:00 UTC-1-LOG:  ${message}` },
      time: 't',
    }),
  ),
  CloudNativePG: logged((message) =>
    JSON.stringify({ level: 'info', logger: 'postgres', msg: 'record', record: { log_time: 't', message } }),
  ),
  'GCP textPayload': logged((message) =>
    JSON.stringify([
      {
        textPayload: `2026-02-03 10:00:00.000 UTC [1]: [3-1] db=a,user=b LOG:  ${message.replaceAll('\n', '\n\t')}`,
        severity: 'INFO',
      },
    ]),
  ),
  'GCP a line an entry': logged((message) =>
    JSON.stringify(
      message.split('\n').map((line, i) => ({
        textPayload: `2026-02-03 10:00:00.000 UTC [1]: [3-${i + 1}] db=a,user=b ${i === 0 ? 'LOG:  ' : '\t'}${line}`,
        insertId: `x${i}`,
      })),
    ),
  ),
  'CloudWatch export': logged(
    (message) =>
      `@timestamp,@message\n2026-02-03 10:00:00.000,${quoted(`2026-02-03 10:00:00 UTC:10.0.0.1(1):a@b:[1]:LOG:  ${message.replaceAll('\n', '\n\t')}`)}\n`,
  ),
  'a notice in psql': logged((message) => `LOG:  ${message}\n id \n----\n  1\n(1 row)\n`),
};

const rows: Readonly<Record<string, Mutation>> = {
  'rows of a driver': (plan) => JSON.stringify(linesOf(plan).map((line) => ({ 'QUERY PLAN': line }))),
  'rows of an API': (plan) =>
    JSON.stringify({ status: 'ok', data: { rows: linesOf(plan).map((line) => [line]) } }),
  'a string of an API': (plan) => JSON.stringify({ result: { query: 'SELECT 1', plan } }),
};

const broken: Readonly<Record<string, Mutation>> = {
  'wrapped hard': framed((lines, random) => {
    const width = 70 + Math.floor(random() * 60);
    return lines.flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'g')) ?? ['']);
  }),
  'wrapped at spaces': framed((lines, random) =>
    lines.flatMap((line) => softly(line, 66 + Math.floor(random() * 14))),
  ),
  'mail, wrapped at spaces': framed((lines) =>
    lines.flatMap((line) => softly(line, 72)).map((line) => `> ${line}`),
  ),
  'indentation lost': (plan) =>
    linesOf(plan)
      .map((line) => line.trimStart())
      .join('\n'),
  'spaces made one': (plan) => plan.replaceAll(/ +/g, ' '),
  'all in one line': (plan) => plan.replaceAll(/\s+/g, ' '),
  'cut at its end': (plan, random) => {
    // a first line cut before what was measured is one of a plan without ANALYZE
    const from = plan.indexOf('loops=');
    return from < 0 ? null : plan.slice(0, from + Math.floor((plan.length - from) * 0.99 * random()));
  },
  'log, cut at its end': (plan, random) => {
    const text = logs.stderr!(plan, random);
    const entryText = text?.split('\n2026').slice(0, 2).join('\n2026');
    return entryText && executed(plan)
      ? // cut after a whole line, it looks whole
        entryText.slice(0, Math.floor(entryText.length * (0.3 + 0.69 * random()))).replace(/\n$/, '')
      : null;
  },
  'cut at its beginning': (plan, random) =>
    linesOf(plan)
      .slice(1 + Math.floor(random() * 5))
      .join('\n'),
  'cut at a width': (plan, random) => {
    const width = 40 + Math.floor(random() * 60);
    return linesOf(plan)
      .map((line) => line.slice(0, width))
      .join('\n');
  },
  'other numbers': (plan) => (executed(plan) ? plan.replace(/rows=[\d.]+ loops=/, 'rows=NaN loops=') : null),
};

function softly(line: string, width: number): string[] {
  const pieces: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const at = rest.lastIndexOf(' ', width);
    if (at <= rest.search(/\S/)) break;
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at + 1);
  }
  return [...pieces, rest];
}

const wholeMutations = { ...frames, ...around, ...logs, ...rows };
export const mutationNames = [...Object.keys(wholeMutations), ...Object.keys(broken)];

const encodings: readonly ((text: string) => Uint8Array)[] = [
  (text) => Buffer.from(text),
  (text) => Buffer.from(text),
  (text) => Buffer.from(text),
  (text) => Buffer.from(`\uFEFF${text}`),
  (text) => Buffer.from(text.replaceAll('\n', '\r\n')),
  (text) => Buffer.from(text.replaceAll('\n', '\r')),
  (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
  (text) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(),
  (text) => Buffer.from(text, 'utf16le'),
];

/** The plan as the named mutation keeps it, in a random encoding; null where that cannot be. */
export function keep(name: string, plan: string, random: Random): Kept | null {
  const mutation = (wholeMutations as Record<string, Mutation>)[name] ?? broken[name]!;
  const text = mutation(plan, random);
  // a line break inside of a condition stays what it was
  const encode = hasBreaks(plan) ? encodings[0]! : pick(random, encodings);
  return text === null ? null : { name, bytes: encode(text), whole: name in wholeMutations };
}
