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
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const word = line.replace(/#.*/, '').trim();
    if (word === '') continue;
    const at = secondsOf(word);
    if (Number.isNaN(at)) throw usage(`${path}:${i + 1}: "${word}" is no time of an arrival.`, how);
    if (times.length > 0 && at < times.at(-1)!)
      throw usage(`${path}:${i + 1}: this arrival is earlier than the one before it.`, how);
    times.push(at);
  }
  if (times.length < 2) throw usage(`${path} has ${times.length} arrivals; a load needs at least two.`, how);
  return times.map((at) => at - times[0]!);
}

/** A number of seconds, or an ISO 8601 time; NaN for anything else. */
const secondsOf = (word: string): number =>
  /^\d{4}-\d\d-\d\d[T ]/.test(word)
    ? Date.parse(word.replace(' ', 'T')) / 1000
    : /^[\d.+-]+(e[+-]?\d+)?$/i.test(word)
      ? Number(word)
      : Number.NaN;
