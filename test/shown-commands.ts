/** A command of ours as a document or a help text shows it: the words after `./olympus`. */
export interface ShownCommand {
  readonly file: string;
  readonly line: number;
  readonly words: readonly string[];
}

/** One word as a shell reads it: quoted parts, escapes, the rest; or what ends or joins a command. */
const token = /\s*((?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\|;&<>#()])+|#.*|[|;&<>()])/gy;

/** The commands of ours in the blocks of shell lines of a Markdown text, and in backticks. */
export function shownCommands(file: string, text: string): ShownCommand[] {
  const found: ShownCommand[] = [];
  let shell = false;
  let carried = '';
  text.split('\n').forEach((line, at) => {
    if (/^\s*```/.test(line)) shell = /```(sh|bash|console|yaml)\b/.test(line);
    const whole = carried + line;
    carried = shell && whole.endsWith('\\') ? whole.slice(0, -1) : '';
    if (carried) return;
    // ${{ }} is what a CI fills in
    const texts = shell
      ? [whole.replaceAll(/\$\{\{.*?\}\}/g, 'FILLED-IN')]
      : [...line.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
    for (const code of texts)
      for (const [, rest] of code.matchAll(/(?:^|[\s$(])(?:\.\.?\/)?olympus (.*)$/g))
        found.push({ file, line: at + 1, words: wordsOf(rest!) });
  });
  return found;
}

/** Up to what ends the command: a comment, a pipe, a redirection. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const [, word] of text.matchAll(token)) {
    if (/^[|;&<>()#]/.test(word!)) break;
    words.push(unquoted(word!));
  }
  return words;
}

const unquoted = (word: string): string =>
  word.replaceAll(
    /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g,
    (_, single, double, escaped) => single ?? double ?? escaped,
  );
