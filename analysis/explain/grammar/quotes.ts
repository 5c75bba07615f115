/**
 * Whether every quote, double quote and parenthesis of an expression is closed. A doubled quote inside begins what looks
 * like a text of its own and ends it: the end is the same.
 */
export function isClosed(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === "'" || character === '"') {
      const end = text.indexOf(character, i + 1);
      if (end < 0) return false;
      i = end;
    } else if (character === '(') depth++;
    else if (character === ')') depth--;
  }
  return depth <= 0;
}
