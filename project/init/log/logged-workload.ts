import { sqlTokens } from '../../../config/sql-tokens.ts';
import type { Called } from '../read-workload.ts';
import { type Literal, literalsOf, replaceLiterals } from './literals.ts';
import type { LoggedCall, Unread } from './logged-calls.ts';

/** A statement as the log has it, with values that it was really called with. */
export interface LoggedStatement extends Called {
  /** One for each of its parameters, in every row. */
  readonly values: readonly (readonly (string | null)[])[];
}

/** Values kept of one statement; of more calls every second one, every fourth, and so on. */
const mostValues = 200;
/** Calls from which on a value that never changed is taken for part of the statement. */
const enoughCalls = 3;

interface Group {
  readonly first: LoggedCall;
  readonly literals: readonly Literal[];
  calls: number;
  timed: number;
  ms: number;
  stride: number;
  values: (readonly (string | null)[])[];
  readonly constant: boolean[];
}

const measurable = /^(?:select|with|values|table|insert|update|delete|merge)\b/i;
const ofCatalogue =
  /\bpg_(?:catalog|stat\w*|class|namespace|attribute|type|proc|settings)\b|information_schema|olympus/;

/** The calls of a log as statements with parameters, those that took most time first, and what is none. */
export function loggedWorkload(
  calls: readonly LoggedCall[],
  most: number,
): { statements: LoggedStatement[]; unread: Unread[] } {
  const groups = new Map<string, Group>();
  const left = new Map<string, number>();
  const leave = (why: string) => left.set(why, (left.get(why) ?? 0) + 1);
  for (const logged of calls) {
    // the same statement is sent in both ways, and with the sign that ends it or without
    const call = {
      ...logged,
      sql: logged.sql.trim().replace(/\s*;$/, ''),
      parameters: logged.parameters?.length === 0 ? null : logged.parameters,
    };
    const tokens = [...sqlTokens(call.sql)];
    const first = tokens.find(({ kind }) => kind !== 'blank' && kind !== 'comment');
    if (!measurable.test(first?.text === '(' ? 'select' : (first?.text ?? '')))
      leave('BEGIN, SET and other statements that are not measured');
    else if (ofCatalogue.test(call.sql)) leave('a statement about the catalogue, or of ours');
    else if ((call.parameters?.length ?? 0) < parametersIn(tokens))
      leave('an execution whose parameters the log does not have (log_parameter_max_length)');
    else add(groups, call);
  }
  const statements = [...groups.values()].map(statementOf);
  const order = (each: LoggedStatement) => [each.ms ?? -1, each.calls] as const;
  statements.sort((a, b) => order(b)[0] - order(a)[0] || order(b)[1] - order(a)[1]);
  return {
    statements: statements.slice(0, most),
    unread: [...left].map(([why, lines]) => ({ why, lines })),
  };
}

const parametersIn = (tokens: readonly { kind: string; text: string }[]): number =>
  Math.max(0, ...tokens.filter(({ kind }) => kind === 'parameter').map(({ text }) => Number(text.slice(1))));

function add(groups: Map<string, Group>, call: LoggedCall): void {
  const literals = call.parameters === null ? literalsOf(call.sql) : [];
  const key = `${call.parameters?.length ?? 'text'} ${replaceLiterals(call.sql, literals, ({ kind, type = '' }) => `?${kind}${type}`)}`;
  const values = call.parameters ?? literals.map(({ value }) => value);
  const group = groups.get(key) ?? {
    ...{ first: call, literals, calls: 0, timed: 0, ms: 0, stride: 1, values: [] },
    constant: values.map(() => true),
  };
  groups.set(key, group);
  if (group.calls % group.stride === 0) group.values.push(values);
  if (group.values.length > mostValues) {
    group.values = group.values.filter((_, i) => i % 2 === 0);
    group.stride *= 2;
  }
  const before = group.first.parameters ?? group.literals.map(({ value }) => value);
  for (const [i, value] of values.entries()) if (value !== before[i]) group.constant[i] = false;
  group.calls++;
  if (call.ms === null) return;
  group.timed++;
  group.ms += call.ms;
}

function statementOf({ first, literals, calls, timed, ms, values, constant }: Group): LoggedStatement {
  const total = timed === 0 ? null : (ms * calls) / timed;
  if (first.parameters) return { query: first.sql, calls, ms: total, values };
  // What never changes is part of the statement: 'day', a state, a limit. A text that could be somebody's is not.
  const varies = literals.map(
    ({ kind, value }, i) =>
      calls < enoughCalls || !constant[i] || (kind === 'text' && !/^[\w-]{0,20}$/.test(value)),
  );
  let parameter = 0;
  const query = replaceLiterals(first.sql, literals, (literal, i) =>
    varies[i]
      ? `$${++parameter}${castOf(
          literal,
          values.map((row) => row[i] ?? null),
        )}`
      : first.sql.slice(literal.start, literal.end),
  );
  return { query, calls, ms: total, values: values.map((row) => row.filter((_, i) => varies[i])) };
}

/** A number in a text has a type; a parameter has the type of its surroundings, which there may be none of. */
function castOf({ kind, type }: Literal, values: readonly (string | null)[]): string {
  if (kind === 'text') return type ? `::${type}` : '';
  if (!values.every((value) => /^\d+$/.test(value ?? ''))) return '::numeric';
  const largest = values.reduce((most, value) => (BigInt(value!) > most ? BigInt(value!) : most), 0n);
  return largest < 2n ** 31n ? '::int' : largest < 2n ** 63n ? '::bigint' : '::numeric';
}
