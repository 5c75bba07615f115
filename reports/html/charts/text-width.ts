import { createRequire } from 'node:module';
import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import { font } from './ink.ts';

const resolve = createRequire(import.meta.url).resolve;
let context: SKRSContext2D | undefined;

/** Pixels of a text in a font of CSS ("13px Inter"). */
export function textWidth(text: string, as: string): number {
  context ??= open();
  context.font = as;
  return context.measureText(text).width;
}

/** Without the font a text would have no width, and there would be no error. */
function open(): SKRSContext2D {
  for (const weight of [400, 600]) {
    const file = resolve(`@fontsource/inter/files/inter-latin-${weight}-normal.woff2`);
    if (!GlobalFonts.registerFromPath(file, font.family))
      throw new Error(`${file} is no font that can be read.`);
  }
  return createCanvas(1, 1).getContext('2d');
}
