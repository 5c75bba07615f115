/** Whether every quote, double quote and parenthesis of an expression is closed. */
export const isClosed = (text: string): boolean => openIn(text) === null;

/**
 * What an expression leaves open at its end. A doubled quote inside begins what looks
 * like a text of its own and ends it: the end is the same.
 */
export function openIn(text: string): 'quote' | 'bracket' | null {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === "'" || character === '"') {
      const end = text.indexOf(character, i + 1);
      if (end < 0) return 'quote';
      i = end;
    } else if (character === '(') depth++;
    else if (character === ')') depth--;
  }
  return depth > 0 ? 'bracket' : null;
}
