import { readFileSync } from 'node:fs';
import { usage } from '../../config/fault.ts';

const how =
  'One arrival a line, in order: seconds from any origin (12.5) or a time (2026-11-01T12:00:00.5Z); # begins a comment.';

/**
 * Reads recorded arrivals: seconds since the first one, ascending.
 * @throws Fault (usage) with the line of the first thing that is wrong.
 */
export function readArrivals(path: string): number[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw usage(`The arrivals cannot be read: ${(error as Error).message}`, how, error);
  }
  return parseArrivals(path, text);
}

export function parseArrivals(path: string, text: string): number[] {
  const times: number[] = [];
  let first: Kind | undefined;
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const word = line.replace(/#.*/, '').trim();
    if (word === '') continue;
    const { at, kind } = secondsOf(word);
    if (!Number.isFinite(at)) throw usage(`${path}:${i + 1}: "${word}" is no time of an arrival.`, how);
    first ??= kind;
    if (kind !== first)
      throw usage(`${path}:${i + 1}: this arrival is a ${kind}, the ones before it are ${first}s.`, how);
    if (times.length > 0 && at < times.at(-1)!)
      throw usage(`${path}:${i + 1}: this arrival is earlier than the one before it.`, how);
    times.push(at);
  }
  if (times.length < 2) throw usage(`${path} has ${times.length} arrivals; a load needs at least two.`, how);
  return times.map((at) => at - times[0]!);
}

type Kind = 'number' | 'time';

/** A number of seconds, or an ISO 8601 time; NaN for anything else. */
function secondsOf(word: string): { at: number; kind: Kind } {
  if (/^\d{4}-\d\d-\d\d[T ]/.test(word))
    return { at: Date.parse(word.replace(' ', 'T')) / 1000, kind: 'time' };
  return { at: /^[\d.+-]+(e[+-]?\d+)?$/i.test(word) ? Number(word) : Number.NaN, kind: 'number' };
}
