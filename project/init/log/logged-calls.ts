import type { LogMessages } from './log-messages.ts';

/** One execution of a statement, as a log has it. */
export interface LoggedCall {
  readonly sql: string;
  /** Of $1, $2, ...; null where the statement was sent as one text. */
  readonly parameters: readonly (string | null)[] | null;
  /** Null where the log does not say how long it took. */
  readonly ms: number | null;
}

/** How many entries of a log were not taken, and why. */
export interface Unread {
  readonly why: string;
  readonly lines: number;
}

const timed =
  /^duration: ([\d.]+) ms(?:\s+(?:(statement)|(parse|bind)\b[^:]*|(execute)\b([^:]*)): ([\s\S]*))?$/;
const untimed = /^(?:statement|execute\b([^:]*)): ([\s\S]*)$/;

/**
 * The calls that a log holds: log_min_duration_statement (statements and, of the extended protocol, executions with their
 * parameters), or log_statement with log_duration, where the time stands in a line of its own.
 * @param database only its calls, where the log says whose they are
 */
export function loggedCalls(
  { messages, strayLines }: LogMessages,
  database: string | null,
): { calls: LoggedCall[]; unread: Unread[] } {
  const calls: LoggedCall[] = [];
  const left = new Map<string, number>();
  const leave = (why: string, lines = 1) => left.set(why, (left.get(why) ?? 0) + lines);
  /** Of each process the call whose time is still to come. */
  const waiting = new Map<string, LoggedCall>();
  if (strayLines > 0) leave('no part of a message that PostgreSQL writes', strayLines);
  for (const { process, database: own, severity, message, detail } of messages) {
    if (database !== null && own !== null && own !== database) {
      leave('of another database');
      continue;
    }
    if (severity !== 'LOG') {
      leave(severity === 'ERROR' ? 'a statement that failed' : `a message of the kind ${severity}`);
      continue;
    }
    const withTime = timed.exec(message);
    const begun = withTime ? null : untimed.exec(message);
    if (begun) {
      take(waiting.get(process));
      waiting.set(process, { sql: begun[2]!, parameters: parametersOf(detail, begun[1]), ms: null });
    } else if (withTime?.[6] !== undefined) {
      if (withTime[3] !== undefined) continue; // parsing and binding are part of the call that is executed
      if (/^\s*fetch from\b/.test(withTime[5] ?? '')) leave('a further fetch from an open portal');
      else
        take({
          ...{ sql: withTime[6], parameters: parametersOf(detail, withTime[5]), ms: Number(withTime[1]) },
        });
    } else if (withTime) {
      const call = waiting.get(process);
      if (call) take({ ...call, ms: Number(withTime[1]) });
      else leave('a duration without its statement (log_statement = all, or log_min_duration_statement = 0)');
      waiting.delete(process);
    } else
      leave(
        /^duration: [\d.]+ ms {2}plan:/.test(message)
          ? 'a plan of auto_explain, which ./olympus explain --plan reads'
          : 'a message that is no statement',
      );
  }
  for (const call of waiting.values()) take(call);
  return { calls, unread: [...left].map(([why, lines]) => ({ why, lines })) };

  function take(call: LoggedCall | undefined): void {
    if (call) calls.push(call);
  }
}

/** "parameters: $1 = 'x', $2 = NULL"; null of a statement that was sent as one text. */
function parametersOf(detail: string, execute: string | undefined): (string | null)[] | null {
  const [, list] = /^parameters: ([\s\S]*)$/i.exec(detail) ?? [];
  if (list === undefined) return execute === undefined ? null : [];
  return [...list.matchAll(/\$\d+ = (?:NULL|'((?:[^']|'')*)')/g)].map(([, value]) =>
    value === undefined ? null : value.replaceAll("''", "'"),
  );
}
