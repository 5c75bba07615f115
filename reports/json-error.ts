/** "line 3, column 14: Expected ',' …": where text stops being JSON and why; lines and columns count from 1. */
export function explainJsonError(text: string, error: Error): string {
  if (text.trim() === '') return 'it is empty';
  const position = Number(/at position (\d+)/.exec(error.message)?.[1] ?? text.length);
  const before = text.slice(0, position).split('\n');
  const what = error.message.replace(/ in JSON at position.*$/s, '').replace(/, "?\.{3}.*$/s, '');
  return `line ${before.length}, column ${before.at(-1)!.length + 1}: ${what}`;
}
