import { usage } from '../../config/fault.ts';
import { optionsOf } from '../topology/required-settings.ts';

/**
 * The startup parameter `options` with our settings beside those that the connection has already.
 * @throws Fault (usage) where the two contradict each other
 */
export function withOptions(
  given: string | undefined,
  ours: Readonly<Record<string, string>>,
): { options?: string } {
  const theirs = optionsOf(given ?? '');
  for (const [name, value] of Object.entries(ours)) {
    const own = theirs.get(name);
    if (own !== undefined && !same(own, value))
      throw usage(
        `The connection sets ${name} to ${own} in its options, and this run needs ${value}.`,
        advice[name] ??
          'Remove it from the options, or name a login of its own for that role (docs/topology.md).',
      );
  }
  const added = Object.entries(ours).filter(([name]) => !theirs.has(name));
  const options = [given?.trim(), ...added.map(([name, value]) => `-c ${name}=${value}`)]
    .filter(Boolean)
    .join(' ');
  return options === '' ? {} : { options };
}

const advice: Readonly<Record<string, string>> = {
  default_transaction_read_only: 'Remove it from the options, or allow writing with --allow-writes.',
  statement_timeout: 'Remove it from the options, or make it long enough for the statements (milliseconds).',
};

const truths = ['on', 'true', 'yes', '1'];
const same = (a: string, b: string): boolean =>
  a === b || (truths.includes(a.toLowerCase()) && truths.includes(b.toLowerCase()));
