/**
 * What an expression leaves open, fed piece by piece, so that a text of many lines is read once. A doubled quote inside
 * begins what looks like a text of its own and ends it: the end is the same.
 */
export class Openness {
  #quote: string | null = null;
  #depth = 0;

  feed(text: string): this {
    for (let i = 0; i < text.length; i++) {
      if (this.#quote !== null) {
        const end = text.indexOf(this.#quote, i);
        if (end < 0) return this;
        this.#quote = null;
        i = end;
        continue;
      }
      const character = text[i]!;
      if (character === "'" || character === '"') this.#quote = character;
      else if (character === '(') this.#depth++;
      else if (character === ')') this.#depth--;
    }
    return this;
  }

  get open(): 'text' | 'name' | 'bracket' | null {
    if (this.#quote !== null) return this.#quote === "'" ? 'text' : 'name';
    return this.#depth > 0 ? 'bracket' : null;
  }
}

/** Whether every quote, double quote and parenthesis of an expression is closed. */
export const isClosed = (text: string): boolean => new Openness().feed(text).open === null;
