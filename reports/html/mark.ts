import { type Html, html } from './html.ts';
import type { Cell } from './table.ts';

/** An answer in a sign, a word and a colour: no one of them alone. */
export function mark(ok: boolean | null, words: readonly [yes: string, no: string, open: string]): Html {
  if (ok === null) return html`<span class="mark open"><span aria-hidden="true">–</span> ${words[2]}</span>`;
  return ok
    ? html`<span class="mark ok"><span aria-hidden="true">✓</span> ${words[0]}</span>`
    : html`<span class="mark bad"><span aria-hidden="true">✗</span> ${words[1]}</span>`;
}

export const markCell = (ok: boolean | null, words: Parameters<typeof mark>[1]): Cell => ({
  show: mark(ok, words),
  sort: ok === null ? 1 : ok ? 2 : 0,
});
