import type { DatasetResult, Environment, Result } from '../../../result/result.ts';
import { count, duration, rate, size } from '../../format.ts';
import { figureOf } from '../charts/figure.ts';
import { type Html, html } from '../html.ts';
import { data, type Section } from '../section.ts';
import { column, figures, number, table } from '../table.ts';
import { ingest } from './ingest.ts';
import { method, terms } from './method.ts';

export const environment: Section = {
  id: 'environment',
  title: 'Environment, configuration, method, glossary',
  content: (result) =>
    data(
      'These figures hold for this machine, these versions and settings and this data; elsewhere they are to be measured again.',
      html`${machine(result.environment)}
${endpoints(result.environment)}
${result.dataset && dataset(result.dataset)}
${result.dataset && ingest(result.dataset)}
${stages(result)}
${result.skipped.length > 0 && skipped(result)}
${method}
${terms}`,
    ),
};

function machine({ host, harness }: Environment): Html {
  const rows: [string, string][] = [
    ['Processor', `${host.cpu}, ${count(host.cores)} ${host.cores === 1 ? 'core' : 'cores'}`],
    ['Memory', size(host.memoryBytes)],
    ['System', `${host.os}, ${host.kernel}`],
    ['Olympus Bench', harness.commit ? `${harness.version} (${harness.commit})` : harness.version],
    ['Node', harness.node],
    ['k6', harness.k6 ?? 'not used by this run'],
  ];
  return html`<h3>Machine and harness</h3>
${table('environment-machine', 'Machine and harness', [column('What', ([what]: [string, string]) => what), column('Value', ([, value]: [string, string]) => value)], rows)}`;
}

const endpoints = ({ endpoints: all }: Environment): Html | false =>
  all.length > 0 &&
  html`<h3>Servers</h3>
${table('environment-endpoints', 'Servers', [column('Endpoint', ({ name }: (typeof all)[number]) => name), column('Provider', ({ provider }: (typeof all)[number]) => provider), column('Version', ({ version }: (typeof all)[number]) => version)], all)}
${all.map(({ name, settings }, at) => {
  const rows = Object.entries(settings);
  return (
    rows.length > 0 &&
    html`<details><summary>Settings of ${name}</summary>
${table(`environment-settings-${at}`, `Settings of ${name}`, [column('Setting', ([key]: [string, string]) => key), column('Value', ([, value]: [string, string]) => ({ show: html`<code>${value}</code>`, sort: value }))], rows)}
</details>\n`
  );
})}`;

type Table = DatasetResult['tables'][number];

function dataset({ scale, seed, digest, seconds, tables }: DatasetResult): Html {
  const largestFirst = tables.toSorted((a, b) => b.rows - a.rows);
  return html`<h3>Data</h3>
<p class="muted">Scale ${scale}, seed ${seed}${seconds !== null && `, written in ${duration(seconds * 1000)}`}. The same digest means the same data: <code>${digest}</code>.</p>
${
  tables.length > 0 &&
  figureOf({
    id: 'dataset-rows',
    title: 'Rows by table',
    description: 'Rows of each table, the largest first.',
    chart: {
      kind: 'bars',
      x: { title: 'rows', tick: count },
      rows: largestFirst.slice(0, 24).map(({ name, rows }) => ({ name, value: rows })),
    },
    data: table(
      'dataset-table',
      'Tables',
      [
        column('Table', ({ name }: Table) => name),
        figures<Table>('Rows', ({ rows }) => number(rows, count)),
        figures<Table>('Size with indexes', ({ bytes }) => number(bytes, size)),
        figures<Table>('Written', ({ rowsPerSecond }) =>
          number(rowsPerSecond, rate, 'it was not written by this run'),
        ),
      ],
      tables,
    ),
  })
}`;
}

const stages = ({ run }: Result): Html | false =>
  run.stages.length > 0 &&
  html`<h3>Where the time went</h3>
${table('environment-stages', 'Stages of this run', [column('Stage', ({ name }: (typeof run.stages)[number]) => name), figures<(typeof run.stages)[number]>('Wall time', ({ seconds }) => number(seconds, (value) => duration(value * 1000)))], run.stages)}`;

const skipped = ({ skipped: all }: Result): Html => html`<h3>Skipped</h3>
${table('environment-skipped', 'What this run left out', [column('Part', ({ part }: (typeof all)[number]) => part), column('Why', ({ why }: (typeof all)[number]) => why), column('How to have it', ({ how }: (typeof all)[number]) => how)], all)}`;
