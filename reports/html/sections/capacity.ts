import type { CapacityResult } from '../../../result/measures/capacity.ts';
import { count, duration, figure, rate, size } from '../../format.ts';
import { growthWords, limitWords } from '../../storage-words.ts';
import { figureOf } from '../charts/figure.ts';
import { html, type Part } from '../html.ts';
import { markCell } from '../mark.ts';
import { type PlanLinks, planLinks } from '../plan/plan-links.ts';
import { absent, data, type Section, sentence } from '../section.ts';
import { column, figures, number, table } from '../table.ts';

type Of<Key extends keyof CapacityResult> = Exclude<CapacityResult[Key], null>;
type Headroom = CapacityResult['headroom'][number];
type Probe = Of<'maximum'>['probes'][number];
type Slot = Of<'scalability'>['points'][number];
type TenantPoint = Of<'tenants'>['points'][number];
type Growing = Of<'growth'>['statements'][number];
type WhatIf = CapacityResult['whatIf'][number];
type Demand = CapacityResult['demands'][number];
type Amount = { readonly what: string; readonly value: string; readonly range: string };

export const capacity: Section = {
  id: 'capacity',
  title: 'Capacity',
  content: (result) => {
    const found = result.capacity;
    if (!found)
      return absent(
        result,
        ['capacity'],
        'This run did not search for the highest load within an objective: ./olympus capacity does.',
      );
    const { maximum, scalability, tenants, growth, storage, headroom, whatIf, notMeasured } = found;
    return data(
      conclusion(found),
      html`${headroom.length > 0 && headroomTable(headroom)}
${maximum && probes(found, maximum)}
${scalability && connections(scalability)}
${tenants && tenantsTable(tenants)}
${growth && growthTable(growth, planLinks(result))}
${storage && storageTable(storage)}
${whatIf.length > 0 && mixes(found, planLinks(result))}
${notMeasured.length > 0 && html`<ul class="muted">${notMeasured.map(({ part, why }) => html`<li>${part}: ${sentence(why)}</li>`)}</ul>`}`,
    );
  },
};

function conclusion({
  maximum,
  scenario,
  via,
  sloP99Ms,
  scalability,
  storage,
  poolSize,
}: CapacityResult): string {
  const sentences = [
    maximum &&
      (maximum.rate === null
        ? `No rate of ${scenario} keeps p99 within ${duration(sloP99Ms)}: ${maximum.why}.`
        : `${scenario} through ${via} keeps p99 within ${duration(sloP99Ms)} up to ${rate(maximum.rate)} (between ${rate(maximum.low)} and ${maximum.high === null ? 'more than was offered' : rate(maximum.high)}).`),
    maximum?.saturation &&
      `Beyond it the load runs into ${maximum.saturation.resource}: ${sentence(maximum.saturation.why)}`,
    scalability &&
      `A pool of ${scalability.bestPool.connections} connections gives 95 % of the best throughput${poolSize === null ? '' : `; ${poolSize} are configured`}.`,
    storage &&
      `${growthWords(storage.bytesPerDay)}${storage.limits[0] ? `: ${limitWords(storage.limits[0])}` : ''}.`,
  ];
  return (
    sentences.filter(Boolean).join(' ') || 'No question of capacity was answered; the reasons are below.'
  );
}

const headroomTable = (rows: CapacityResult['headroom']) =>
  table(
    'capacity-headroom',
    'What is used, and what is left',
    [
      column<Headroom>('Resource', ({ resource }) => resource),
      figures<Headroom>('Used', ({ used, unit, why }) => number(used, (value) => inUnit(value, unit), why)),
      figures<Headroom>('Limit', ({ limit, unit, why }) =>
        number(limit, (value) => inUnit(value, unit), why),
      ),
      figures<Headroom>('Left', ({ leftPct, why }) => number(leftPct, (value) => `${figure(value)} %`, why)),
      column<Headroom>('', ({ why }) => why),
    ],
    rows,
  );

const inUnit = (value: number, unit: string): string =>
  unit === 'bytes' ? size(value) : unit === 'requests/s' ? rate(value) : count(value);

const probes = ({ sloP99Ms }: CapacityResult, { probes: all, why }: Of<'maximum'>): Part =>
  html`${table(
    'capacity-probes',
    `The search for the highest rate whose p99 stays within ${duration(sloP99Ms)}, in the order of the probes`,
    [
      column<Probe>('Offered', ({ rate: offered }) => ({
        show: rate(offered),
        sort: offered,
      })),
      column<Probe>('Kept up', ({ ok }) => markCell(ok, ['yes', 'no', 'open'])),
      figures<Probe>('p99', ({ responseP99Ms }) =>
        number(responseP99Ms, duration, 'fewer than 10,000 requests'),
      ),
      column<Probe>('Why', (probe) => probe.why),
    ],
    all,
  )}
<p class="muted">${sentence(why[0]!.toUpperCase() + why.slice(1))}</p>`;

function connections(found: Of<'scalability'>): Part {
  const { points, medians, curve, alpha, beta, peak, why, notes, bestPool } = found;
  const line = (of: typeof curve) => of.map(({ connections: x, throughput: y }) => ({ x, y }));
  return html`${figureOf({
    id: 'capacity-connections',
    title: 'Throughput over the number of connections',
    description: `Measured medians and the Universal Scalability Law through all points; ${bestPool.connections} connections are the fewest with 95 % of the best.`,
    chart: {
      kind: 'lines',
      x: { title: 'connections, closed loop', min: 0, tick: count },
      y: { title: 'requests a second', min: 0, tick: count },
      series: [
        { name: 'fitted law', points: line(curve) },
        { name: 'measured, median', points: line(medians) },
      ],
    },
    data: table(
      'capacity-connections-data',
      'Throughput of each slot',
      [
        figures<Slot>('Connections', (point) => number(point.connections, count)),
        figures<Slot>('Throughput', ({ throughput }) => number(throughput, rate)),
      ],
      points,
    ),
  })}
<p>Contention α ${estimate(alpha)}, coherency β ${estimate(beta)}, ${peak ? html`peak at ${figure(peak.connections)} connections (${figure(peak.low)} to ${peak.high === null ? 'unbounded' : figure(peak.high)}) with ${rate(peak.throughput)}` : sentence(why ?? 'no peak')}</p>
<ul>${notes.map((note) => html`<li>${sentence(note)}</li>`)}</ul>`;
}

const estimate = ({ value, low, high }: { value: number; low: number; high: number }): string =>
  `${value.toPrecision(3)} (${low.toPrecision(2)} to ${high.toPrecision(2)})`;

const tenantsTable = ({ rate: offered, points, bytesPerHundred, why }: Of<'tenants'>): Part =>
  html`${table(
    'capacity-tenants',
    `${rate(offered)} spread over more and more tenants`,
    [
      figures<TenantPoint>('Tenants', ({ tenants }) => number(tenants, count)),
      figures<TenantPoint>('Server CPU a request', ({ cpuMsPerRequest }) =>
        number(cpuMsPerRequest, duration, "the server's processes could not be seen"),
      ),
      figures<TenantPoint>('Buffer hits', ({ bufferHitPct }) =>
        number(bufferHitPct, (value) => `${figure(value)} %`),
      ),
      figures<TenantPoint>('Service p50', ({ serviceP50Ms }) => number(serviceP50Ms, duration)),
    ],
    points,
  )}
<p>A hundred more tenants like these take ${size(bytesPerHundred)} of the disk. ${why}</p>`;

function growthTable({ sizes, statements }: Of<'growth'>, links: PlanLinks): Part {
  const rows = statements.toSorted((a, b) => (b.exponent ?? -1) - (a.exponent ?? -1));
  return html`${table(
    'capacity-growth',
    'Pages that each statement reads over the size of the data, fastest growing first',
    [
      column<Growing>('Statement', (row) => links.statement(row.statement, row.tenantClass)),
      column<Growing>('Tenant', ({ tenantClass }) => tenantClass),
      figures<Growing>(`At ${count(sizes[0]!.orders)} orders`, ({ buffers }) => number(buffers[0], count)),
      figures<Growing>(`At ${count(sizes.at(-1)!.orders)}`, ({ buffers }) => number(buffers.at(-1), count)),
      figures<Growing>('Exponent', ({ exponent }) => number(exponent, figure, 'fewer than three sizes')),
      figures<Growing>('Range', ({ low, high }) =>
        low === null || high === null
          ? number(null, figure, 'fewer than three sizes')
          : { show: `${figure(low)} to ${figure(high)}`, sort: high },
      ),
      column<Growing>('Grows', ({ word }) => word),
      column<Growing>('Plan changes', ({ cliffs }) => cliffs.map(({ to }) => `at ${count(to)}`).join(', ')),
      figures<Growing>('At ten times', ({ atTenfold }) =>
        number(atTenfold, (value) => count(Math.round(value))),
      ),
    ],
    rows,
  )}
<p class="muted">Pages ~ orders^exponent, with the same tenants and so with every tenant growing: 0 stays, 1 grows in proportion. The last column goes on with the last plan's own slope: a change of plan ahead is not in it.</p>`;
}

const storageTable = ({
  bytesPerDay,
  walBytesPerDay,
  ordersPerDay,
  bytesPerOrder,
  bytesNow,
  why,
}: Of<'storage'>) => {
  const rows = [
    { what: 'tables and indexes now', value: size(bytesNow), range: '' },
    {
      what: 'growth a day',
      value: size(bytesPerDay.value),
      range: `${size(bytesPerDay.low)} to ${size(bytesPerDay.high)}`,
    },
    {
      what: 'WAL a day',
      value: size(walBytesPerDay.value),
      range: `${size(walBytesPerDay.low)} to ${size(walBytesPerDay.high)}`,
    },
    { what: 'orders a day', value: count(Math.round(ordersPerDay)), range: '' },
    { what: 'an order with its items', value: bytesPerOrder === null ? '–' : size(bytesPerOrder), range: '' },
  ];
  return html`${table(
    'capacity-storage',
    'Disk and WAL',
    [
      column<Amount>('What', ({ what }) => what),
      figures<Amount>('Mean', ({ value }) => value),
      figures<Amount>('Range', ({ range }) => range),
    ],
    rows,
  )}
<p class="muted">${why}</p>`;
};

const mixes = ({ whatIf, demands }: CapacityResult, links: PlanLinks): Part =>
  html`${table(
    'capacity-what-if',
    'Where the cores would be full, by the mix of statements',
    [
      column<WhatIf>('Mix', ({ mix }) => mix),
      figures<WhatIf>('Rate', (row) => number(row.rate, rate, row.why)),
      figures<WhatIf>('CPU a request', (row) => number(row.cpuMsPerRequest, duration, row.why)),
      column<WhatIf>('', ({ why }) => why),
    ],
    whatIf,
  )}
<details><summary>CPU of each statement</summary>
${table(
  'capacity-demands',
  "The server's CPU time, shared out by the time spent on each statement",
  [
    column<Demand>('Statement', ({ statement }) => links.statement(statement)),
    figures<Demand>('CPU', ({ cpuMs }) => number(cpuMs, duration)),
  ],
  demands,
)}
</details>`;
