/** The command as it was typed, so that it can be pasted. */
export const commandLine = (): string =>
  ['./olympus', ...process.argv.slice(2)]
    .map((word) => (/[^\w./,:=-]/.test(word) ? `'${word}'` : word))
    .join(' ');
