import type { Finding, Result } from '../../result/result.ts';
import { count } from '../format.ts';
import { type Html, html } from './html.ts';

const maxShown = 10;
/** A sign, a word and a colour: no one of them alone. */
const grades = {
  3: { sign: '✗', word: 'act', tone: 'bad' },
  2: { sign: '!', word: 'costly', tone: 'doubt' },
  1: { sign: '·', word: 'note', tone: 'open' },
} as const;

/** What to look at, worst first, each with a link to its evidence; nothing where no rule found anything. */
export function findingsSection({ findings = [] }: Result): Html | false {
  if (findings.length === 0) return false;
  const known = findings.filter((each) => each.known !== undefined);
  const open = findings.filter((each) => each.known === undefined);
  return html`<section id="findings" aria-labelledby="findings-title">
<h2 id="findings-title">Findings</h2>
<p class="conclusion">${conclusion(open)}</p>
${open.length > 0 && list(open.slice(0, maxShown))}
${open.length > maxShown && html`<details><summary>${count(open.length - maxShown)} more</summary>${list(open.slice(maxShown))}</details>`}
${known.length > 0 && html`<details><summary>${count(known.length)} known and accepted</summary>${list(known)}</details>`}
</section>`;
}

function conclusion(open: readonly Finding[]): string {
  const severe = open.filter(({ severity }) => severity === 3).length;
  if (open.length === 0) return 'Everything that the rules found is known and accepted.';
  const all = open.length === 1 ? 'One finding' : `${count(open.length)} findings, worst first`;
  return severe === 0
    ? `${all}; none that calls for action at once.`
    : `${all}; ${count(severe)} of severity 3.`;
}

const list = (findings: readonly Finding[]): Html =>
  html`<ol class="findings">
${findings.map(item)}</ol>`;

const item = ({ id, sentence, severity, link, known }: Finding): Html => {
  const { sign, word, tone } = grades[severity];
  return html`<li><span class="mark ${tone}"><span aria-hidden="true">${sign}</span> ${word}</span> <span><span class="sentence">${sentence}${known !== undefined && html` <em>Accepted: ${known}</em>`}</span> <a href="${encodeURI(link.toWellFormed())}" aria-label="Evidence of ${id}">Evidence</a></span></li>
`;
};
