import type { ChartConfiguration } from 'chart.js';
import { figure } from '../../format.ts';
import { Html, html, type Part } from '../html.ts';
import type { Axis } from './axis.ts';
import { type Bars, bars } from './bars.ts';
import { type Dots, dots, rowAt } from './dots.ts';
import { type Drawing, draw } from './draw.ts';
import { drawHeat, type Heat } from './heat.ts';
import { type Lines, lines } from './lines.ts';

/** What Chart.js draws. */
type Plotted = Lines | Dots | Bars;

export interface Figure {
  /** The page's only one. */
  readonly id: string;
  readonly title: string;
  /** Which of several, where the page says it above and a picture of its own would not. */
  readonly of?: string;
  /** What the picture shows, for who does not see it. */
  readonly description: string;
  readonly chart: Plotted | Heat;
  /** Addresses by the label of a row. */
  readonly links?: ReadonlyMap<string, string>;
  /** The data behind it. */
  readonly data: Html;
  /** The table is as worth reading as the picture. */
  readonly dataOpen?: boolean;
}

/** The figures of a page, or of a part of it, in its order. */
export const figuresIn = (part: Part): readonly Figure[] =>
  html`${part}`.kept.flatMap((each) => (each instanceof FigureHtml ? [each.figure] : []));

class FigureHtml extends Html {
  readonly figure: Figure;
  constructor(figure: Figure) {
    super(markupOf(figure).markup);
    this.figure = figure;
  }
  override get kept(): readonly Html[] {
    return [this];
  }
}

/** A chart, and its data table behind it. */
export const figureOf = (figure: Figure): Html => new FigureHtml(figure);

function markupOf({ id, title, description, chart, links, data, dataOpen = false }: Figure): Html {
  return html`<figure id="${id}" data-kind="${chart.kind}">
<figcaption><strong class="title">${title}</strong> <span class="description" id="${id}-description">${description}</span></figcaption>
<div class="picture" tabindex="0" role="group" aria-label="${title}">
${pictureOf(chart, links, html`role="img" aria-label="${title}" aria-describedby="${id}-description"`)}</div>
<details class="data"${dataOpen && html` open`}><summary>Data of this chart</summary>
${data}
</details>
</figure>`;
}

const pictureOf = (chart: Figure['chart'], links: Figure['links'], attributes: Html): Html =>
  chart.kind === 'heat'
    ? drawHeat(chart, attributes)
    : draw({
        ...{ ...plot(chart), label: labelOf(chart), attributes },
        ...(links && { links }),
      });

/** What Chart.js is given, whatever it draws on. */
export const plot = (chart: Plotted): { configuration: ChartConfiguration; height: number } => ({
  configuration: configure(chart),
  height: heightOf(chart),
});

function configure(chart: Plotted): ChartConfiguration {
  switch (chart.kind) {
    case 'lines':
      return lines(chart);
    case 'dots':
      return dots(chart);
    case 'bars':
      return bars(chart);
  }
}

/** A point in words, in the units of its axes. */
function labelOf(chart: Plotted): Drawing['label'] {
  const words = ({ tick = figure }: Axis, value: number) => tick(value);
  switch (chart.kind) {
    case 'lines':
      return (x, y, series) =>
        `${chart.x.title} ${words(chart.x, x)}: ${words(series < chart.series.length ? chart.y : chart.below!.y, y)}`;
    case 'dots':
      return (x, y, series) => {
        const row = rowAt(y, series, chart.series.length);
        const dot = chart.series[series]!.dots.find((each) => each.row === row && each.x === x);
        const range =
          dot?.low != null && dot.high != null
            ? ` (${words(chart.x, dot.low)} to ${words(chart.x, dot.high)})`
            : '';
        return `${chart.rows[row] ?? ''}: ${words(chart.x, x)}${range}`;
      };
    case 'bars':
      return (x, row) => `${chart.rows[row]?.name ?? ''}: ${words(chart.x, x)}`;
  }
}

function heightOf(chart: Plotted): number {
  if (chart.kind === 'lines') return chart.below ? 420 : 300;
  if (chart.kind === 'bars') return 60 + 28 * chart.rows.length;
  return 96 + Math.max(26, 13 * chart.series.length) * chart.rows.length;
}
