import { html } from '../html.ts';

export const method = html`<h3>Method</h3>
<ul>
<li>Plans are compared by <strong>buffers</strong>, which repeat exactly, and not by time, which scatters by tens of per cent.</li>
<li>In an open load, requests start on a schedule whether or not earlier ones have ended; <strong>response time</strong> counts from the scheduled start, so that waiting is not hidden.</li>
<li>A percentile is shown only with enough samples beyond it; otherwise there is a dash and the number of samples. Of a load’s requests a hundred must lie beyond it (p99: 10,000 requests), because those that wait do so together, in one stall; of exact samples taken one after the other, as lag probes and commits are, ten (p99: 1,000).</li>
<li>Ratios come from interleaved pairs on the same data, as a Hodges-Lehmann estimate with an exact signed-rank interval at the level that the number of pairs really reaches.</li>
<li>Replication lag is timed with rows that are committed for the purpose, and the probe’s own error is shown with it.</li>
</ul>`;

const words: readonly (readonly [string, string])[] = [
  ['Buffer', 'A page of 8 KiB. “Hit”: found in PostgreSQL’s cache; “read”: asked of the operating system.'],
  [
    'Keyset',
    'The next page by the last row’s key, (created_at, id) < (…), instead of counting rows off with OFFSET.',
  ],
  ['p99', 'Of 100 requests, 99 were at least as fast.'],
  [
    'q-error',
    'How far the planner’s estimate of rows is off: the larger of estimated/actual and actual/estimated. 1 is perfect.',
  ],
  ['Response time', 'From when a request should have started to its end: what a user waits.'],
  ['Service time', 'From when it really started to its end: what the system worked.'],
  [
    'Shape',
    'A fingerprint of a plan’s nodes, relations and indexes; equal shapes are the same plan with other numbers.',
  ],
  ['Whale, median, minnow', 'The largest tenant, the one in the middle, and a small one.'],
];

export const terms = html`<h3>Words</h3>
<dl class="terms">${words.map(([word, meaning]) => html`<div><dt>${word}</dt><dd>${meaning}</dd></div>\n`)}</dl>
<p class="muted">More in docs/glossary.md and docs/reading-the-report.md.</p>`;
