import { isFields, textOf } from './field.ts';

/** What auto_explain writes before each plan, in every format of a log and of a plan. */
const marker = /duration: [\d.]+ ms\s+plan:[ \t]*\r?\n?/;

/**
 * The plans in a server's log, as auto_explain wrote them (JSON or text): from stderr, csvlog or jsonlog. Empty when the
 * text is no log of plans.
 */
export function logEntries(text: string): string[] {
  const entries = (messagesOf(text) ?? text).split(marker).slice(1);
  return entries.map((entry) => {
    const plain = /^\s*[[{]\s*""|^[^"]*""/.test(entry) ? entry.replaceAll('""', '"') : entry; // csvlog
    const start = plain.search(/\S/);
    return plain[start] === '{' || plain[start] === '[' ? balanced(plain, start) : plain;
  });
}

/** jsonlog: a line is an object, its message is the entry. */
function messagesOf(text: string): string | null {
  if (!/^\s*\{.*"message":/.test(text)) return null;
  const messages = text.split('\n').map((line) => {
    try {
      const record: unknown = JSON.parse(line);
      return isFields(record) ? textOf(record, 'message') : null;
    } catch {
      return null; // the last line of a log may be cut off
    }
  });
  return messages.filter((message) => message !== null).join('\n');
}

/** From an opening bracket to the one that closes it; to the end when none does. */
export function balanced(text: string, start: number): string {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const character = text[i]!;
    if (character === '"') i = endOfString(text, i);
    else if ('[{'.includes(character)) depth++;
    else if (']}'.includes(character) && --depth === 0) return text.slice(start, i + 1);
  }
  return text.slice(start);
}

function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i;
  }
  return text.length;
}
