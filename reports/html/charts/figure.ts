import type { ChartConfiguration } from 'chart.js';
import { type Html, html } from '../html.ts';
import { type Bars, bars } from './bars.ts';
import { draw, width } from './canvas.ts';
import { type Dots, dots } from './dots.ts';
import { type Lines, lines } from './lines.ts';
import { type Theme, themes } from './theme.ts';

export interface Figure {
  /** The page's only one. */
  readonly id: string;
  readonly title: string;
  /** What the picture shows, for who does not see it. */
  readonly description: string;
  readonly chart: Lines | Dots | Bars;
  /** The data behind it. */
  readonly data: Html;
  /** The table is as worth reading as the picture. */
  readonly dataOpen?: boolean;
}

/** A chart in a light and a dark rendering, of which the stylesheet shows one, and its data table behind it. */
export function figureOf({ id, title, description, chart, data, dataOpen = false }: Figure): Html {
  const height = heightOf(chart);
  return html`<figure id="${id}">
<figcaption><strong class="title">${title}</strong> <span class="description" id="${id}-description">${description}</span></figcaption>
<div class="picture" tabindex="0" role="group" aria-label="${title}">
${themes.map((theme) => html`<img class="only-${theme.name}" role="img" alt="${title}" aria-describedby="${id}-description" width="${width}" height="${height}" src="data:image/png;base64,${draw(configure(chart, theme), height).toString('base64')}">\n`)}</div>
<details class="data"${dataOpen && html` open`}><summary>Data of this chart</summary>
${data}
</details>
</figure>`;
}

function configure(chart: Figure['chart'], theme: Theme): ChartConfiguration {
  switch (chart.kind) {
    case 'lines':
      return lines(chart, theme);
    case 'dots':
      return dots(chart, theme);
    case 'bars':
      return bars(chart, theme);
  }
}

function heightOf(chart: Figure['chart']): number {
  if (chart.kind === 'lines') return chart.below ? 420 : 300;
  if (chart.kind === 'bars') return 60 + 28 * chart.rows.length;
  return 96 + Math.max(26, 13 * chart.series.length) * chart.rows.length;
}
