import { createRequire } from 'node:module';
import { GlobalFonts } from '@napi-rs/canvas';
import type { ChartConfiguration } from 'chart.js';
import { ChartJSNodeCanvas } from 'chartjs-node-canvas';
import { font } from './theme.ts';

/** CSS pixels of a chart's width; the picture has twice as many. */
export const width = 920;
const pixels = 2;

const resolve = createRequire(import.meta.url).resolve;
/** One renderer for each height: making one loads Chart.js anew. */
const renderers = new Map<number, ChartJSNodeCanvas>();

/** A chart as a PNG on a transparent ground. */
export function draw(configuration: ChartConfiguration, height: number): Buffer {
  if (renderers.size === 0) registerFont();
  const renderer = renderers.get(height) ?? new ChartJSNodeCanvas({ width, height });
  renderers.set(height, renderer);
  return renderer.renderToBufferSync({
    ...configuration,
    options: { ...configuration.options, devicePixelRatio: pixels, font },
  });
}

/** Without a font there would be no text at all, and no error. */
function registerFont(): void {
  for (const weight of [400, 600]) {
    const file = resolve(`@fontsource/inter/files/inter-latin-${weight}-normal.woff2`);
    if (!GlobalFonts.registerFromPath(file, font.family))
      throw new Error(`${file} is no font that can be read.`);
  }
}
