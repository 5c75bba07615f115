import type { Readiness, Result } from '../../../result/result.ts';
import { duration, moment } from '../../format.ts';
import { type HeadlineFigure, headlineFigures } from '../../headline-figures.ts';
import { partsThatDoNot, partsThatHold } from '../../part-words.ts';
import { verdictTitle } from '../../verdict-title.ts';
import { type Html, html, type Part } from '../html.ts';
import { mark } from '../mark.ts';

const signs = {
  pass: '✓',
  regression: '✗',
  'objective-missed': '✗',
  inconclusive: '?',
  untrusted: '!',
} as const;

/** The first thing on the page: one word, why, and how to get it again. */
export function verdictBanner(result: Result): Html {
  const { verdict, run, warnings } = result;
  return html`<section id="verdict" class="verdict ${verdict.status}" aria-labelledby="verdict-title">
<h2 id="verdict-title"><span class="sign" aria-hidden="true">${signs[verdict.status]}</span> ${verdictTitle(verdict)}</h2>
${!run.complete && html`<p class="incomplete">This run is not complete: it was cut off, or is under way, and shows what was measured until then.</p>`}
<ul class="reasons">${verdict.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>
${partsList(verdict)}
${result.readiness && readinessOf(result.readiness)}
${tiles(result)}
<p class="again"><span class="label">Measure again</span> <code>${run.command}</code></p>
${warnings.length > 0 && html`<div class="warnings"><h3>Warnings</h3><ul>${warnings.map(({ message, advice }) => html`<li><strong>${message}</strong> ${advice}</li>`)}</ul></div>`}
</section>`;
}

/** Which parts hold and which do not, and what to do next. */
function partsList(verdict: Result['verdict']): Html | false {
  const holds = partsThatHold(verdict);
  const others = partsThatDoNot(verdict);
  return (
    (holds !== '' || others.length > 0) &&
    html`<ul class="parts">${holds !== '' && html`<li>${mark(true, ['holds', '', ''])} ${holds}</li>`}${others.map(
      ({ part, word, remedy }) =>
        html`<li>${mark(word === 'missed' ? false : null, ['', word, word])} ${part}${remedy !== null && html`. Next: ${asTyped(remedy)}`}</li>`,
    )}</ul>`
  );
}

/** A command that ends a sentence is set as one; the words before it are words. */
function asTyped(remedy: string): Html {
  const [, words = '', command = ''] = /^(.*?)(\.\/olympus .*)?$/s.exec(remedy)!;
  return html`${words}${command !== '' && html`<code>${command}</code>`}`;
}

const readinessWords = { ready: 'Ready', 'not-ready': 'Not ready', 'cannot-say': 'Cannot say' } as const;
const obstacleWords = {
  missed: 'missed',
  open: 'open',
  untrusted: 'not trustworthy',
  skipped: 'skipped',
} as const;

/** Whether it can go out, and what would make it pass. */
const readinessOf = ({ status, answer, obstacles }: Readiness): Html =>
  html`<div class="readiness"><h3>Release: ${readinessWords[status]}</h3>
<p>${answer}</p>
${
  obstacles.length > 0 &&
  html`<p>What would make it pass:</p><ul>${obstacles.map(({ what, kind, remedy }) => html`<li><strong>${what}</strong> (${obstacleWords[kind]}): ${remedy}</li>`)}</ul>`
}</div>`;

/** "quick suite · started … · 3 min 44 s". */
export function runLine({ run, dataset, environment }: Result): Html {
  const lasted = run.finishedAt ? Date.parse(run.finishedAt) - Date.parse(run.startedAt) : Number.NaN;
  const primary = environment.endpoints.find(({ name }) => name === 'primary');
  const parts: Part[] = [
    run.name !== undefined && html`<strong>${run.name}</strong>`,
    `${run.suite} suite`,
    moment(run.startedAt),
    Number.isFinite(lasted) && duration(lasted),
    dataset && `scale ${dataset.scale}, seed ${dataset.seed}`,
    primary?.version,
    html`run <code>${run.id}</code>`,
  ];
  return html`<p class="run">${parts.filter(Boolean).map((part, at) => html`${at > 0 && html` <span aria-hidden="true">·</span> `}${part}`)}</p>${run.note !== undefined && html`\n<p class="run">${run.note}</p>`}`;
}

/** The handful of figures that people look for first; one that was not measured has no tile. */
function tiles(result: Result): Html | false {
  const shown = headlineFigures(result);
  return shown.length > 0 && html`<dl class="tiles">${shown.map(tile)}</dl>`;
}

const tile = ({ name, value, beside, doubt = '' }: HeadlineFigure): Html =>
  html`<div${doubt !== '' && html` class="doubtful"`}><dt>${name}</dt><dd><strong>${value}</strong> <span>${beside}</span>${doubt !== '' && html` <span class="doubt">${mark(null, ['', '', doubt])}</span>`}</dd></div>`;
