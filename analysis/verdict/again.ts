/**
 * The command of a run with other options, so that what did not suffice is not merely repeated. Undefined where a run of
 * this kind takes no such option: a recording has its own rate and its own end, and a ramp its own rates.
 */
export function againWith(
  { kind, command }: { readonly kind?: string; readonly command?: string },
  options: Readonly<Record<string, string>>,
): string | undefined {
  if (command === undefined || (kind !== 'bench' && kind !== 'load')) return;
  const words: string[] = command.match(/(?:'[^']*'|\\.|[^\s'])+/g) ?? [];
  if (Object.keys(options).some((option) => refused(option, command))) return;
  for (const [option, value] of Object.entries(options)) {
    const at = words.findIndex((word) => word === option || word.startsWith(`${option}=`));
    if (at < 0) words.push(option, value);
    else if (words[at] === option) words.splice(at + 1, 1, value);
    else words.splice(at, 1, option, value);
  }
  return words.join(' ');
}

/** Whether it replays recorded arrivals. */
export const replays = (command = ''): boolean =>
  /\s--arrivals[=\s]+(?!(?:constant|poisson)\b)/.test(command);

const refused = (option: string, command: string): boolean =>
  (option === '--rate' && (replays(command) || /\s--ramp\b/.test(command))) ||
  (option === '--duration' && replays(command));
