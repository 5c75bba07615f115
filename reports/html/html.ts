/** Markup that is safe to put into a page. The only way to make one is `html`, which escapes what it is given. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
  toString(): string {
    return this.markup;
  }
  /** What is inside that is more than markup, so that it can be had in another form. */
  get kept(): readonly Html[] {
    return [];
  }
}

/** Markup made of parts, of which some are more than markup. */
class Keeping extends Html {
  readonly #kept: readonly Html[];
  constructor(markup: string, kept: readonly Html[]) {
    super(markup);
    this.#kept = kept;
  }
  override get kept(): readonly Html[] {
    return this.#kept;
  }
}

/** What a template may hold; null, undefined and false leave nothing. */
export type Part = Html | string | number | null | undefined | false | readonly Part[];

/** html`<p>${text}</p>`: everything but Html is escaped, for text and for quoted attributes alike. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const markup = strings.reduce((text, next, at) => text + markupOf(parts[at - 1]) + next);
  const kept = keptIn(parts);
  return kept.length === 0 ? new Html(markup) : new Keeping(markup, kept);
}

const keptIn = (part: Part): readonly Html[] => {
  if (part instanceof Html) return part.kept;
  return typeof part === 'object' && part !== null ? part.flatMap(keptIn) : [];
};

export const nothing: Html = html``;

function markupOf(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (part instanceof Html) return part.markup;
  if (typeof part === 'object') return part.map(markupOf).join('');
  return escapeText(String(part));
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

const escapeText = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll('\0', '\ufffd')
    .replace(/[&<>"'`]/g, (character) => entities[character]!);
