/** Where a text stops being JSON, and why; null when it is JSON. `JSON.parse` names no place that one can rely on. */
export function jsonFault(text: string): { readonly at: number; readonly why: string } | null {
  const reader = new Reader(text);
  try {
    reader.value();
    return null;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { at: error.at, why: error.message };
  }
}

class Fault extends Error {
  readonly at: number;
  constructor(at: number, why: string) {
    super(why);
    this.at = at;
  }
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Without recursion: how deep a value is nested is for its author to choose. */
  value(): void {
    const open: string[] = [];
    let wants: 'value' | 'key' | 'end' = 'value';
    for (;;) {
      this.#blank();
      const character = this.#peek();
      if (wants === 'value' && '[{'.includes(character)) {
        open.push(character);
        this.#at++;
        this.#blank();
        if (this.#text[this.#at] === closing(character)) {
          this.#at++;
          open.pop();
          wants = 'end';
        } else wants = character === '{' ? 'key' : 'value';
      } else if (wants === 'value') {
        this.#scalar();
        wants = 'end';
      } else if (wants === 'key') {
        if (character !== '"')
          throw new Fault(this.#at, `a name in double quotes should stand where ${shown(character)} stands`);
        this.#string();
        this.#blank();
        if (this.#peek() !== ':') throw new Fault(this.#at, 'a colon is missing after a name');
        this.#at++;
        wants = 'value';
      } else if (character === ',') {
        this.#at++;
        wants = open.at(-1) === '{' ? 'key' : 'value';
      } else if (character === closing(open.at(-1) ?? '')) {
        this.#at++;
        open.pop();
      } else
        throw new Fault(this.#at, `${shown(character)} stands where a comma or a closing bracket should`);
      if (open.length === 0) return;
    }
  }

  #blank(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #peek(): string {
    const character = this.#text[this.#at];
    if (character === undefined) throw new Fault(this.#at, 'the JSON is cut off');
    return character;
  }

  #scalar(): void {
    if (this.#text[this.#at] === '"') {
      this.#string();
      return;
    }
    const word = /[^\s,\]}"]*/y;
    word.lastIndex = this.#at;
    const [text] = word.exec(this.#text)!;
    if (!/^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/.test(text)) {
      if (this.#at + text.length >= this.#text.length)
        throw new Fault(this.#text.length, 'the JSON is cut off');
      throw new Fault(this.#at, `${shown(text || this.#text[this.#at]!)} is no value of JSON`);
    }
    this.#at += text.length;
  }

  #string(): void {
    const from = this.#at;
    for (this.#at++; this.#text[this.#at] !== '"'; this.#at++) {
      const character = this.#text[this.#at];
      if (character === undefined) throw new Fault(this.#at, 'the JSON is cut off inside of a text');
      if (character === '\n') throw new Fault(from, 'a line break stands inside of a name or text');
      if (character === '\\') this.#at++;
    }
    this.#at++;
  }
}

const closing = (character: string) => ({ '[': ']', '{': '}' })[character] ?? '';
const shown = (text: string) => `"${text.slice(0, 20)}"`;
