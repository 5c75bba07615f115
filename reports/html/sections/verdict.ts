import type { Figure, Labels, Readiness, Result } from '../../../result/result.ts';
import { count, duration, moment, rate, statusWords } from '../../format.ts';
import { partsThatDoNot, partsThatHold } from '../../part-words.ts';
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
<h2 id="verdict-title"><span class="sign" aria-hidden="true">${signs[verdict.status]}</span> ${statusWords[verdict.status]}</h2>
${!run.complete && html`<p class="incomplete">This run is not complete: it was cut off, and shows what was measured until then.</p>`}
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
        html`<li>${mark(word === 'missed' ? false : null, ['', word, word])} ${part}${remedy !== null && html`. Next: <code>${remedy}</code>`}</li>`,
    )}</ul>`
  );
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
    `${run.suite} suite`,
    moment(run.startedAt),
    Number.isFinite(lasted) && duration(lasted),
    dataset && `scale ${dataset.scale}, seed ${dataset.seed}`,
    primary?.version,
    html`run <code>${run.id}</code>`,
  ];
  return html`<p class="run">${parts.filter(Boolean).map((part, at) => html`${at > 0 && html` <span aria-hidden="true">·</span> `}${part}`)}</p>`;
}

/** The handful of figures that people look for first; one that was not measured has no tile. */
function tiles({ load, replication, rls, pagination, figures }: Result): Html | false {
  const doubt = (measure: string, name: string, labels: Labels) =>
    doubtOf(figures, { measure, name, labels });
  const [first] = load;
  const replica = replication[0];
  const deepest = (method: string) =>
    pagination
      .filter((page) => page.method === method && page.form !== 'OR')
      .toSorted((a, b) => b.depth - a.depth)[0];
  const [offset, keyset] = [deepest('offset'), deepest('keyset')];
  const shown = [
    first &&
      tile(
        'Achieved rate',
        rate(first.achievedRate),
        first.offeredRate === null ? first.scenario : `of ${rate(first.offeredRate)} offered`,
        doubt('load', 'achieved-rate', of(first)),
      ),
    first &&
      (first.responseMs.p99 === null
        ? first.responseMs.p50 !== null &&
          tile(
            'Response time p50',
            duration(first.responseMs.p50),
            'too few samples for a p99',
            doubt('load', 'response', { ...of(first), quantile: '0.5' }),
          )
        : tile(
            'Response time p99',
            duration(first.responseMs.p99),
            first.responseMs.p50 === null ? '' : `p50 ${duration(first.responseMs.p50)}`,
            doubt('load', 'response', { ...of(first), quantile: '0.99' }),
          )),
    replica?.lagMs.p50 != null &&
      tile(
        'Replication lag p50',
        duration(replica.lagMs.p50),
        replica.lagMs.max === null ? replica.replica : `max ${duration(replica.lagMs.max)}`,
        doubt('lag', 'lag', { replica: replica.replica, quantile: '0.5' }),
      ),
    rls && tile('Foreign rows', count(rls.leaks.foreignRows), `of ${count(rls.leaks.rows)} checked`),
    offset?.buffers != null &&
      keyset?.buffers != null &&
      tile(
        'Deepest page',
        `${count(keyset.buffers)} buffers`,
        `by keyset; ${count(offset.buffers)} by offset`,
      ),
  ].filter((each): each is Html => each instanceof Object);
  return shown.length > 0 && html`<dl class="tiles">${shown}</dl>`;
}

const tile = (name: string, value: string, beside: string, doubt = ''): Html =>
  html`<div${doubt !== '' && html` class="doubtful"`}><dt>${name}</dt><dd><strong>${value}</strong> <span>${beside}</span>${doubt !== '' && html` <span class="doubt">${mark(null, ['', '', doubt])}</span>`}</dd></div>`;

const of = ({ scenario, model }: Result['load'][number]): Labels => ({ scenario, model });

/** "doubtful: 8.1 ms to 10.1 ms" of a figure that does not hold, else nothing. */
function doubtOf(figures: readonly Figure[], wanted: Pick<Figure, 'measure' | 'name' | 'labels'>): string {
  const figure = figures.find(
    ({ measure, name, labels }) =>
      measure === wanted.measure &&
      name === wanted.name &&
      Object.entries(wanted.labels).every(([label, value]) => labels[label] === value),
  );
  if (!figure || figure.trust === 'ok') return '';
  const { low, high, unit, trust } = figure;
  const word = trust === 'doubtful' ? 'doubtful' : 'not checked';
  return unit === 'ms' && low !== null && high !== null && low !== high
    ? `${word}: ${duration(low)} to ${duration(high)}`
    : word;
}
