import { createRequire } from 'node:module';
import { GlobalFonts } from '@napi-rs/canvas';
import type { ChartConfiguration } from 'chart.js';
import { ChartJSNodeCanvas } from 'chartjs-node-canvas';
import { font } from './theme.ts';

/** CSS pixels of a chart's width; the picture has twice as many. */
export const width = 880;
const pixels = 2;

const resolve = createRequire(import.meta.url).resolve;
let registered = false;

/** A chart as a PNG on a transparent ground. The font is registered first: without one there is no text at all. */
export function draw(configuration: ChartConfiguration, height: number): Buffer {
  if (!registered)
    for (const weight of [400, 600])
      if (
        !GlobalFonts.registerFromPath(
          resolve(`@fontsource/inter/files/inter-latin-${weight}-normal.woff2`),
          font.family,
        )
      )
        throw new Error(`The font ${font.family} ${weight} cannot be read.`);
  registered = true;
  const canvas = new ChartJSNodeCanvas({ width, height });
  return canvas.renderToBufferSync({
    ...configuration,
    options: { ...configuration.options, devicePixelRatio: pixels, font },
  });
}
