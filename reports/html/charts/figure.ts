import type { ChartConfiguration } from 'chart.js';
import { type Html, html } from '../html.ts';
import { type Bars, bars } from './bars.ts';
import { type Dots, dots } from './dots.ts';
import { draw } from './draw.ts';
import { type Lines, lines } from './lines.ts';

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

/** A chart, and its data table behind it. */
export function figureOf({ id, title, description, chart, data, dataOpen = false }: Figure): Html {
  return html`<figure id="${id}">
<figcaption><strong class="title">${title}</strong> <span class="description" id="${id}-description">${description}</span></figcaption>
<div class="picture" tabindex="0" role="group" aria-label="${title}">
${draw(configure(chart), heightOf(chart), html`role="img" aria-label="${title}" aria-describedby="${id}-description"`)}
</div>
<details class="data"${dataOpen && html` open`}><summary>Data of this chart</summary>
${data}
</details>
</figure>`;
}

function configure(chart: Figure['chart']): ChartConfiguration {
  switch (chart.kind) {
    case 'lines':
      return lines(chart);
    case 'dots':
      return dots(chart);
    case 'bars':
      return bars(chart);
  }
}

function heightOf(chart: Figure['chart']): number {
  if (chart.kind === 'lines') return chart.below ? 420 : 300;
  if (chart.kind === 'bars') return 60 + 28 * chart.rows.length;
  return 96 + Math.max(26, 13 * chart.series.length) * chart.rows.length;
}
