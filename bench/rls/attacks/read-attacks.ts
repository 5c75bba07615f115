import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../../config/fault.ts';
import { type Attack, attackers, musts, routes, whens } from './attack.ts';

/** For the shipped schema. */
const shippedAttacks = join(import.meta.dirname, 'catalogue');

/** Every attack of a folder of .sql files, in the order of their names. */
export async function readAttacks(folder = shippedAttacks): Promise<Attack[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const attacks = texts.flatMap((text, i) => attacksOf(text, files[i]!));
  const names = new Set<string>();
  for (const { name } of attacks) {
    if (names.has(name)) throw wrong(name, 'there are two of this name');
    names.add(name);
  }
  return attacks;
}

/**
 * A file of attacks. Each begins with a header of comments:
 *   attack: its name          what: a sentence          as: who, owner if absent          via: routes, primary if absent
 *   must: refused [SQLSTATE ...] | nothing | clean | same [refused [SQLSTATE ...]] | free
 *   transaction: off          end: rollback | leave     database: another than the copy   known: why it cannot be held
 *   each: values, one a line, indented: one attack of each; {each} in the header or the SQL is the value
 * and goes on with what is typed. A line "-- then:", "-- victim:" or "-- instead:" begins what another client types.
 * {row x} in a value is what {each other} or {each missing} makes of it: :other_x or :missing.
 */
export function attacksOf(text: string, file: string): Attack[] {
  const [, ...blocks] = text.split(/^-- attack: /m);
  return blocks.flatMap((block) => {
    const lines = block.split('\n');
    const end = lines.findIndex((line, i) => i > 0 && !line.startsWith('-- '));
    const { name, each, header } = headerOf(lines.slice(0, end), file);
    const body = lines.slice(end).join('\n');
    return (each ?? [null]).map((value) => attackOf(name, header, body, value));
  });
}

const known = new Set(['what', 'as', 'via', 'must', 'transaction', 'end', 'database', 'known']);

function headerOf([name, ...lines]: readonly string[], file: string) {
  const header = new Map<string, string>();
  let each: string[] | null = null;
  for (const line of lines) {
    const [, value] = /^-- {3}(.*)$/.exec(line) ?? [];
    if (value !== undefined && each) {
      each.push(value);
      continue;
    }
    const [, key, text] = /^-- (\w+): ?(.*)$/.exec(line) ?? [];
    if (key === 'each') each = [];
    else if (key === undefined || !known.has(key))
      throw wrong(`${file}, ${name}`, `${line} is no line of a header`);
    else header.set(key, text!);
  }
  return { name: name!.trim(), each, header };
}

function attackOf(
  name: string,
  header: ReadonlyMap<string, string>,
  body: string,
  value: string | null,
): Attack {
  const full = value === null ? name : `${name} ${value}`;
  const fill = (text: string) => withEach(text, value);
  const of = (key: string) => (header.has(key) ? fill(header.get(key)!) : undefined);
  const [must, ...codes] = (of('must') ?? '').split(' ');
  const refused = must === 'refused' || codes[0] === 'refused';
  const states = codes.filter((code) => code !== 'refused');
  const [sql, when, second] = fill(body).split(/^-- (then|victim|instead):$/m);
  return {
    name: full,
    what: of('what') ?? '',
    as: oneOf(attackers, of('as') ?? 'owner', full),
    via: (of('via') ?? 'primary').split(' ').map((route) => oneOf(routes, route, full)),
    must: oneOf(musts, must!, full),
    codes: refused && states.length === 0 ? ['42501'] : states,
    sql: sql!.trim(),
    second: when ? { when: oneOf(whens, when, full), sql: second!.trim() } : null,
    transaction: of('transaction') !== 'off',
    end: oneOf(['commit', 'rollback', 'leave'] as const, of('end') ?? 'commit', full),
    database: of('database') ?? null,
    known: of('known') ?? null,
  };
}

const withEach = (text: string, value: string | null) =>
  value === null
    ? text
    : text.replaceAll(/\{each(?: (own|other|missing))?\}/g, (_, whose?: string) =>
        whose ? value.replaceAll(/\{row (\w+)\}/g, whose === 'missing' ? ':missing' : `:${whose}_$1`) : value,
      );

function oneOf<T extends string>(all: readonly T[], value: string, name: string): T {
  if (!all.includes(value as T)) throw wrong(name, `"${value}" is none of ${all.join(', ')}`);
  return value as T;
}

const wrong = (where: string, why: string) =>
  new Fault('defect', `Attack ${where}: ${why}.`, 'Correct the catalogue of attacks.');
