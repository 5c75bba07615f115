import type { Result } from '../../result/result.ts';
import { type Html, html, type Part } from './html.ts';

/** A section of the report: what the reader can conclude in one sentence, then the figures; or why there are none. */
export type Content =
  | { readonly kind: 'data'; readonly conclusion: Part; readonly body: Part }
  | { readonly kind: 'absent'; readonly why: readonly Part[]; readonly skipped?: true };

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: (result: Result) => Content;
}

export const data = (conclusion: Part, body: Part): Content => ({ kind: 'data', conclusion, body });

/** Why a part has no data: what the run said when it skipped it, or else what the harness knows. */
export function absent(result: Result, parts: readonly string[], otherwise: string): Content {
  const skipped = result.skipped.filter(({ part }) => parts.includes(part));
  if (skipped.length > 0)
    return {
      kind: 'absent',
      skipped: true,
      why: skipped.map(
        ({ part, why, how }) => html`<strong>${part}</strong> was skipped: ${sentence(why)} ${how}`,
      ),
    };
  if (!result.run.complete) return { kind: 'absent', why: ['The run had not come to this.'] };
  return { kind: 'absent', why: [otherwise] };
}

export const notAsked = (part: string): string =>
  `This run did not measure it: “${part}” was not among the parts that it was asked for.`;

export const sentence = (text: string): string => (/[.!?…]$/.test(text.trim()) ? text : `${text}.`);

export function renderSection({ id, title }: Section, content: Content, position: number): Html {
  const heading = html`<h2 id="${id}-title"><a class="position" href="#${id}" aria-label="${position}, link to ${title}">${position}</a>${title}</h2>`;
  return content.kind === 'data'
    ? html`<section id="${id}" aria-labelledby="${id}-title">
${heading}
<p class="conclusion">${content.conclusion}</p>
${content.body}
</section>`
    : html`<section id="${id}" class="absent" aria-labelledby="${id}-title">
${heading}
${content.why.map((why) => html`<p>No data. ${why}</p>`)}
</section>`;
}
