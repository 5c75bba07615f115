import { Chart, type ChartConfiguration, type ChartItem, registerables } from 'chart.js';
import { Html, html, type Part } from '../html.ts';
import { font } from './ink.ts';
import { SvgContext } from './svg-context.ts';
import { textWidth } from './text-width.ts';
import { width } from './width.ts';

Chart.register(...registerables);

/** A chart as SVG, whose colours are classes of the stylesheet. */
export function draw(configuration: ChartConfiguration, height: number, attributes: Part): Html {
  const surface = new SvgContext(width, height, textWidth);
  const chart = new Chart(surface as unknown as ChartItem, {
    ...configuration,
    options: { ...configuration.options, animation: false, responsive: false, devicePixelRatio: 1, font },
  });
  const { content } = surface;
  chart.destroy();
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" ${attributes}>
${new Html(content)}
</svg>`;
}
