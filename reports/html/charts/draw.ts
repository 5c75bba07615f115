import { Chart, type ChartConfiguration, type ChartItem, registerables } from 'chart.js';
import { Html, html, type Part } from '../html.ts';
import { font } from './ink.ts';
import { SvgContext } from './svg-context.ts';
import { textWidth } from './text-width.ts';
import { width } from './width.ts';

Chart.register(...registerables);

export interface Drawing {
  readonly configuration: ChartConfiguration;
  readonly height: number;
  readonly attributes: Part;
  /** What a point says in words. */
  readonly label: (x: number, y: number, series: number) => string;
  /** Addresses by the label of a row. */
  readonly links?: ReadonlyMap<string, string>;
}

/** A chart as SVG, whose colours are classes of the stylesheet; with its points, for the script that shows them. */
export function draw({ configuration, height, attributes, label, links }: Drawing): Html {
  const surface = new SvgContext(width, height, textWidth, links);
  const chart = new Chart(surface as unknown as ChartItem, {
    ...configuration,
    options: { ...configuration.options, animation: false, responsive: false, devicePixelRatio: 1, font },
    plugins: [seriesGroups(surface), ...(configuration.plugins ?? [])],
  });
  const { content } = surface;
  const points = JSON.stringify(pointsOf(chart, label));
  const { left, top, right, bottom } = chart.chartArea;
  const area = [left, top, right, bottom].map(Math.round).join(' ');
  const names = JSON.stringify(configuration.data.datasets.map((each) => each.label ?? ''));
  chart.destroy();
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" data-area="${area}" data-series="${names}" data-points="${points}" ${attributes}>
${new Html(content)}
</svg>`;
}

/** What belongs to one series is one element: a script can hide it. */
const seriesGroups = (surface: SvgContext) => ({
  id: 'series-groups',
  beforeDatasetDraw: (_: Chart, { index }: { index: number }) => surface.group(html`data-of="${index}"`),
  afterDatasetDraw: () => surface.endGroup(),
});

/** A chart with more points says what they are in its table alone. */
const maxPoints = 3000;

/** Series, place in the picture, and words of each point. */
function pointsOf(chart: Chart, label: Drawing['label']): (readonly [number, number, number, string])[] {
  const all = chart.data.datasets.flatMap(({ data }, series) =>
    chart.getDatasetMeta(series).data.flatMap((element, at) => {
      const { x, y } = element.getProps(['x', 'y'], true) as { x: number; y: number };
      const raw = data[at] as unknown;
      const value = typeof raw === 'number' ? { x: raw, y: at } : (raw as { x: number; y: number });
      if (![x, y, value.x, value.y].every(Number.isFinite)) return [];
      return [[series, Math.round(x), Math.round(y), label(value.x, value.y, series)] as const];
    }),
  );
  return all.length > maxPoints ? [] : all;
}
