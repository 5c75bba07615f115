/** "line 3, column 14: Unexpected token '%'": where text stops being JSON and why; lines and columns count from 1. */
export function explainJsonError(text: string, error: Error): string {
  if (text.trim() === '') return 'it is empty';
  const before = text.slice(0, positionOf(text, error.message)).split('\n');
  const what = error.message.replace(/ in JSON at position.*$/s, '').replace(/, (\.{3})?".*$/s, '');
  return `line ${before.length}, column ${before.at(-1)!.length + 1}: ${what}`;
}

/** V8 tells a position, or else ten characters before and after the one that it stumbled over. */
function positionOf(text: string, message: string): number {
  const told = /at position (\d+)/.exec(message);
  if (told) return Number(told[1]);
  const [, token, cut, around] =
    /^Unexpected token '(.+?)', (\.{3})?"(.*)"(?:\.{3})? is not valid JSON$/su.exec(message) ?? [];
  const at = around === undefined ? -1 : text.indexOf(around);
  if (at < 0) return text.length;
  return cut ? at + 10 : at + Math.max(0, around!.indexOf(token!));
}
