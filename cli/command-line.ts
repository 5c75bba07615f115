/** What names a run or shows it: the same again would be refused, or is not what makes the run. */
const labels = /^--(name|note|live)(=.*)?$/;

/** The command as it was typed, so that it can be pasted: it makes the run again, under no name. */
export const commandLine = (typed: readonly string[] = process.argv.slice(2)): string =>
  [
    './olympus',
    ...typed.filter((word, at) => !labels.test(word) && !isLabel(typed[at - 1], word) && word !== '--open'),
  ]
    .map((word) => (word === '' || /[^\w./,:=-]/.test(word) ? `'${word.replaceAll("'", `'\\''`)}'` : word))
    .join(' ');

const isLabel = (before: string | undefined, word: string): boolean =>
  before === '--name' || before === '--note' || (before === '--live' && /^\d+$/.test(word));
