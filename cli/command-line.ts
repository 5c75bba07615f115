/** What names a run or shows it: the same again would be refused, or is not what makes the run. */
const labels = /^--(name|note)(=.*)?$/;

/** The command as it was typed, so that it can be pasted: it makes the run again, under no name. */
export const commandLine = (typed: readonly string[] = process.argv.slice(2)): string =>
  [
    './olympus',
    ...typed.filter((word, at) => !labels.test(word) && !takesLabel(typed[at - 1]) && word !== '--open'),
  ]
    .map((word) => (word === '' || /[^\w./,:=-]/.test(word) ? `'${word.replaceAll("'", `'\\''`)}'` : word))
    .join(' ');

const takesLabel = (before: string | undefined): boolean => before === '--name' || before === '--note';
