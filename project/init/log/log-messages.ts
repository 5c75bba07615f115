/** One message of a server's log, whatever its format. */
export interface LogMessage {
  /** Tells apart the sessions whose lines alternate; empty where the log does not say. */
  readonly process: string;
  /** Null where the log does not say. */
  readonly database: string | null;
  readonly severity: string;
  readonly message: string;
  readonly detail: string;
}

export interface LogMessages {
  readonly messages: readonly LogMessage[];
  /** Lines that belong to no message. */
  readonly strayLines: number;
}

/** The messages of a log as PostgreSQL writes it: csvlog, jsonlog, or stderr with any log_line_prefix. */
export function logMessages(text: string): LogMessages {
  if (/^\s*\{/.test(text)) return jsonMessages(text);
  return csvFields(csvRecords(text.trimStart()).next().value ?? [])
    ? csvMessages(text)
    : stderrMessages(text);
}

/** Columns of csvlog: 23 in PostgreSQL 12, 26 from 14 on. */
const csvFields = (cells: readonly string[]): boolean =>
  cells.length >= 20 && cells.length <= 30 && /^\d{4}-\d\d-\d\d /.test(cells[0]!);

function csvMessages(text: string): LogMessages {
  const messages: LogMessage[] = [];
  let strayLines = 0;
  for (const cells of csvRecords(text))
    if (csvFields(cells))
      messages.push({
        ...{ process: cells[5]!, database: cells[2] || null, severity: cells[11]! },
        ...{ message: cells[13]!, detail: cells[14]! },
      });
    else if (cells.some((cell) => cell.trim() !== '')) strayLines++;
  return { messages, strayLines };
}

/** Rows with line ends within quotes; of one that was cut off, as in a log that is being written, what there is. */
function* csvRecords(text: string): Generator<string[]> {
  const cell = /"((?:[^"]|"")*)"|([^",\n]*)/y;
  let cells: string[] = [];
  for (let at = 0; at < text.length; ) {
    cell.lastIndex = at;
    const found = cell.exec(text)!;
    const end = cell.lastIndex;
    const next = text[end];
    if (found[1] === undefined && next === '"') {
      yield [text.slice(at)];
      return;
    }
    cells.push(found[1]?.replaceAll('""', '"') ?? found[2]!);
    if (next === '\n' || next === undefined) {
      yield cells;
      cells = [];
    }
    at = end + 1;
  }
  if (cells.length > 0) yield [...cells, ''];
}

interface JsonLine {
  readonly session_id?: string;
  readonly pid?: number;
  readonly dbname?: string;
  readonly error_severity?: string;
  readonly message?: string;
  readonly detail?: string;
}

function jsonMessages(text: string): LogMessages {
  const messages: LogMessage[] = [];
  let strayLines = 0;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const read = jsonLine(line);
    if (read?.error_severity === undefined || read.message === undefined) strayLines++;
    else
      messages.push({
        ...{ process: read.session_id ?? String(read.pid ?? ''), database: read.dbname ?? null },
        ...{ severity: read.error_severity, message: read.message, detail: read.detail ?? '' },
      });
  }
  return { messages, strayLines };
}

function jsonLine(line: string): JsonLine | null {
  try {
    return JSON.parse(line) as JsonLine;
  } catch {
    return null; // counted by its caller
  }
}

const severities = 'LOG|ERROR|FATAL|PANIC|WARNING|NOTICE|INFO|DEBUG\\d?';
const entry = new RegExp(`^(.*?)\\b(${severities}|DETAIL|HINT|CONTEXT|STATEMENT|QUERY|LOCATION): {1,2}(.*)$`);

function stderrMessages(text: string): LogMessages {
  const messages: { -readonly [Key in keyof LogMessage]: LogMessage[Key] }[] = [];
  const last = new Map<string, (typeof messages)[number]>();
  let open: ((line: string) => void) | null = null;
  let strayLines = 0;
  for (const line of text.split('\n')) {
    if (line.startsWith('\t') && open) open(`\n${line.slice(1)}`);
    else {
      const [, prefix = '', severity, rest = ''] = entry.exec(line) ?? [];
      open = null;
      if (severity === undefined) {
        if (line.trim() !== '') strayLines++;
        continue;
      }
      const process = /\[(\d+)(?:-\d+)?\]|\bpid=(\d+)/.exec(prefix)?.slice(1).find(Boolean) ?? '';
      const before = last.get(process);
      if (severity === 'DETAIL') {
        if (before) {
          before.detail = rest;
          open = (more) => (before.detail += more);
        } else strayLines++;
      } else if (new RegExp(`^(?:${severities})$`).test(severity)) {
        const message = { process, database: databaseIn(prefix), severity, message: rest, detail: '' };
        messages.push(message);
        last.set(process, message);
        open = (more) => (message.message += more);
      } else open = () => {}; // a hint, a context or the statement of an error: of the message before
    }
  }
  return { messages, strayLines };
}

/** As log_line_prefix often has it: db=NAME, or USER@NAME. */
const databaseIn = (prefix: string): string | null =>
  /\bdb(?:name)?=([^,\s\]]+)/.exec(prefix)?.[1] ?? /[\w.-]+@([\w.-]+)[\s:\]]*$/.exec(prefix)?.[1] ?? null;
