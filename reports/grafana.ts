/** Prints deploy/grafana/olympus.json: `node reports/grafana.ts > deploy/grafana/olympus.json`. */
import { catalogue } from '../result/catalogue.ts';
import type { FigureSpec } from '../result/figure-tree.ts';
import { measures } from '../result/measures.ts';
import { baseUnit } from './base-unit.ts';
import { familyName } from './openmetrics.ts';

/** How Grafana calls the units that OpenMetrics has. */
const units: Readonly<Record<string, string>> = {
  seconds: 's',
  bytes: 'bytes',
  bytes_per_second: 'Bps',
  ratio: 'percentunit',
};

const source = { type: 'prometheus', uid: '$source' };
/** The suite is chosen: runs of different suites are no series. */
const chosen = '{suite=~"$suite"}';
const panel = { width: 8, height: 7, inARow: 3 };

/** A series for each set of labels. What is "more is better" or "less is better" is said under the title. */
function figurePanel({ name, unit, better, help }: FigureSpec, measure: string, at: number) {
  const wanted = better === 'none' ? '' : ` ${better === 'less' ? 'Less' : 'More'} is better.`;
  return {
    ...{ type: 'timeseries', title: help, description: `${measure}.${name}.${wanted}`, datasource: source },
    targets: [{ refId: 'A', expr: familyName({ measure, name, unit }) + chosen, legendFormat: '__auto' }],
    fieldConfig: {
      defaults: {
        ...{ unit: units[baseUnit(unit).suffix] ?? 'short', min: unit === 'ratio' ? null : 0 },
        custom: { drawStyle: 'points', showPoints: 'always', pointSize: 6, spanNulls: false },
      },
      overrides: [],
    },
    gridPos: {
      ...{ x: (at % panel.inARow) * panel.width, y: Math.floor(at / panel.inARow) * panel.height },
      ...{ w: panel.width, h: panel.height },
    },
  };
}

const rows = measures.flatMap(({ part }, row) => {
  const own = catalogue.filter(({ measure, spec }) => measure === part && !spec.detail);
  if (own.length === 0) return [];
  return {
    ...{ type: 'row', title: part, collapsed: true, gridPos: { x: 0, y: 14 + row, w: 24, h: 1 } },
    panels: own.map(({ spec }, at) => figurePanel(spec, part, at)),
  };
});

const table = (title: string, expr: string, x: number) => ({
  ...{ type: 'table', title, datasource: source, gridPos: { x, y: 0, w: 12, h: 14 } },
  targets: [{ refId: 'A', expr, format: 'table', instant: true }],
  transformations: [
    { id: 'organize', options: { excludeByName: { Time: true, __name__: true, Value: true } } },
  ],
});

const dashboard = {
  ...{ title: 'Olympus Bench', uid: 'olympus-bench', schemaVersion: 39, editable: true },
  ...{ tags: ['olympus'], time: { from: 'now-90d', to: 'now' }, timezone: 'browser' },
  templating: {
    list: [
      { name: 'source', type: 'datasource', query: 'prometheus', label: 'Prometheus' },
      {
        ...{ name: 'suite', type: 'query', datasource: source, label: 'Suite', refresh: 2 },
        ...{ query: 'label_values(olympus_run_info, suite)', multi: false, includeAll: false },
      },
    ],
  },
  panels: [
    table('The newest run, and its verdict', `olympus_run_info${chosen}`, 0),
    table('What does not hold', `olympus_check_ok${chosen} == 0`, 12),
    ...rows,
  ],
};

export const dashboardText = `${JSON.stringify(dashboard, null, 1)}\n`;

if (import.meta.main) process.stdout.write(dashboardText);
