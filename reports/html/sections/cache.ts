import type { CacheFigures, Result } from '../../../result/result.ts';
import { brief, count, duration, figure, rate, size } from '../../format.ts';
import { html } from '../html.ts';
import { markCell } from '../mark.ts';
import { absent, data, notAsked, type Section } from '../section.ts';
import { spread, where } from '../service-columns.ts';
import { column, figures, number, table } from '../table.ts';

type Of<Kind extends CacheFigures['kind']> = Extract<CacheFigures, { kind: Kind }>;
const rowsOf = <Kind extends CacheFigures['kind']>(all: readonly CacheFigures[], kind: Kind): Of<Kind>[] =>
  all.filter((each): each is Of<Kind> => each.kind === kind);

export const cache: Section = {
  id: 'cache',
  title: 'Cache',
  content: (result) => {
    const all = result.cache;
    if (all.length === 0) return absent(result, ['cache'], notAsked('cache'));
    return data(
      conclusion(all),
      html`${asides(rowsOf(all, 'aside'))}
${stampedes(rowsOf(all, 'stampede'))}
${stalenesses(rowsOf(all, 'staleness'))}
${limits(rowsOf(all, 'rate limit'))}
${sessions(rowsOf(all, 'sessions'))}
${publishings(rowsOf(all, 'pub/sub'))}`,
    );
  },
};

function conclusion(all: Result['cache']): string {
  const [aside] = rowsOf(all, 'aside');
  const naive = rowsOf(all, 'stampede').find(({ protection }) => protection === 'none');
  const single = rowsOf(all, 'stampede').find(({ protection }) => protection === 'single flight');
  const broken = rowsOf(all, 'rate limit').filter(({ allowedMax, limit }) => allowedMax > limit);
  const sentences = [
    aside?.hitPct != null &&
      `${figure(aside.hitPct)} % of the reads are answered by the cache, and the database reads ${figure(aside.buffersSavedPct ?? 0)} % fewer pages for them.`,
    naive &&
      single &&
      `When an entry expires under ${count(naive.clients)} clients, the database answers ${times(naive.executionsPerExpiry)}, with a single flight ${times(single.executionsPerExpiry)}.`,
    broken.length > 0 &&
      `A limit does not hold by “${broken[0]!.method}”: ${count(broken[0]!.allowedMax)} of ${count(broken[0]!.limit)} were let through.`,
  ];
  return sentences.filter(Boolean).join(' ') || 'The cache was asked, and nothing could be measured.';
}

/** "once", "64 times". */
const times = (value: number) => (value === 1 ? 'once' : `${brief(figure(value))} times`);
const percent = (value: number) => `${figure(value)} %`;

const asides = (rows: readonly Of<'aside'>[]) =>
  rows.length > 0 &&
  html`<h3>Query results</h3>
<p class="muted">Look into the cache, ask the database on a miss, keep the answer for ${duration(rows[0]!.ttlMs)}; beside the same requests asked of the database alone. A hit costs the cache’s latency, a miss both.</p>
${table(
  'cache-aside',
  'Query results, cache-aside',
  [
    where<Of<'aside'>>(),
    figures<Of<'aside'>>('Hits', ({ hitPct }) => number(hitPct, percent, 'no request was answered')),
    figures<Of<'aside'>>('Requests', ({ requests }) => number(requests, count)),
    figures<Of<'aside'>>('Database calls', ({ databaseCalls }) => number(databaseCalls, count)),
    figures<Of<'aside'>>('Pages saved', ({ buffersSavedPct }) =>
      number(buffersSavedPct, percent, 'no page was wanted'),
    ),
    figures<Of<'aside'>>('With cache', ({ requestsPerSecond }) => number(requestsPerSecond, rate)),
    figures<Of<'aside'>>('Without', ({ directRequestsPerSecond }) => number(directRequestsPerSecond, rate)),
    figures<Of<'aside'>>('Hit p50', ({ hitMs }) => number(hitMs.p50, duration, hitMs.why)),
    figures<Of<'aside'>>('Miss p50', ({ missMs }) => number(missMs.p50, duration, missMs.why)),
    figures<Of<'aside'>>('Direct p50', ({ directMs }) => number(directMs.p50, duration, directMs.why)),
  ],
  rows,
)}`;

const stampedes = (rows: readonly Of<'stampede'>[]) =>
  rows.length > 0 &&
  html`<h3>Stampede</h3>
<p class="muted">An entry expires and ${count(rows[0]!.clients)} clients want it at once. With a single flight one of them computes it and the others wait for its answer: 1 is what it should cost.</p>
${table(
  'cache-stampede',
  'Executions by the database when an entry expires',
  [
    where<Of<'stampede'>>(),
    column<Of<'stampede'>>('Query', ({ name }) => name.replace('stampede on ', '')),
    column<Of<'stampede'>>('Protection', ({ protection }) => protection),
    figures<Of<'stampede'>>('Executions an expiry', ({ executionsPerExpiry }) =>
      number(executionsPerExpiry, (value) => brief(figure(value))),
    ),
    figures<Of<'stampede'>>('Most', ({ executionsMax }) => number(executionsMax, count)),
    figures<Of<'stampede'>>('Last client served', ({ servedMs }) => number(servedMs, duration)),
  ],
  rows,
)}`;

const stalenesses = (rows: readonly Of<'staleness'>[]) =>
  rows.length > 0 &&
  html`<h3>Staleness</h3>
<p class="muted">From a commit until the last of ${count(rows[0]!.readers)} readers is no longer given what was before it. Expiry alone leaves a reader behind for up to the lifetime of the copy; an invalidation for as long as a message takes.</p>
${table(
  'cache-staleness',
  'Staleness after a write',
  [
    where<Of<'staleness'>>(),
    column<Of<'staleness'>>('Method', ({ method, ttlMs }) =>
      ttlMs === null ? method : `${method} after ${duration(ttlMs)}`,
    ),
    ...spread<Of<'staleness'>>('', ({ staleMs }) => staleMs),
    figures<Of<'staleness'>>('Writes', ({ writes }) => number(writes, count)),
  ],
  rows,
)}`;

const limits = (rows: readonly Of<'rate limit'>[]) =>
  rows.length > 0 &&
  html`<h3>Rate limit</h3>
<p class="muted">${count(rows[0]!.clients)} clients at once ask ${count(rows[0]!.attempts)} times for a limit of ${count(rows[0]!.limit)}. It holds when exactly so many pass in every window, and when a client that dies leaves no counter without an end.</p>
${table(
  'cache-limit',
  'Whether a limit of requests holds',
  [
    where<Of<'rate limit'>>(),
    column<Of<'rate limit'>>('Method', ({ method }) => method),
    column<Of<'rate limit'>>('Exact', ({ allowedMin, allowedMax, limit }) =>
      markCell(allowedMin === limit && allowedMax === limit, ['exact', 'not exact', '']),
    ),
    figures<Of<'rate limit'>>('Passed, least', ({ allowedMin }) => number(allowedMin, count)),
    figures<Of<'rate limit'>>('most', ({ allowedMax }) => number(allowedMax, count)),
    column<Of<'rate limit'>>('Ends after a death', ({ endless }) =>
      markCell(endless === 0, ['ends', 'never ends', '']),
    ),
    ...spread<Of<'rate limit'>>('', ({ decisionMs }) => decisionMs),
  ],
  rows,
)}`;

const sessions = (rows: readonly Of<'sessions'>[]) =>
  rows.length > 0 &&
  html`<h3>Sessions</h3>
<p class="muted">${count(rows[0]!.clients)} clients read the session of each request and write one in five of them, ${size(rows[0]!.sessionBytes)} each: what every request pays before its work begins.</p>
${table(
  'cache-sessions',
  'Session data',
  [
    where<Of<'sessions'>>(),
    figures<Of<'sessions'>>('Operations', ({ operationsPerSecond }) => number(operationsPerSecond, rate)),
    ...spread<Of<'sessions'>>('Get', ({ getMs }) => getMs),
    ...spread<Of<'sessions'>>('Set', ({ setMs }) => setMs),
  ],
  rows,
)}`;

const publishings = (rows: readonly Of<'pub/sub'>[]) =>
  rows.length > 0 &&
  html`<h3>Pub/sub</h3>
<p class="muted">From the call of PUBLISH until each of ${count(rows[0]!.subscribers)} subscribers has the message. Redis keeps none for who is away.</p>
${table(
  'cache-pubsub',
  'Messages to subscribers',
  [
    where<Of<'pub/sub'>>(),
    figures<Of<'pub/sub'>>('Messages', ({ messages }) => number(messages, count)),
    figures<Of<'pub/sub'>>('Lost', ({ lost }) => number(lost, count)),
    ...spread<Of<'pub/sub'>>('', ({ latencyMs }) => latencyMs),
  ],
  rows,
)}`;
