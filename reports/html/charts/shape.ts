import { type Html, html } from '../html.ts';

/** A filled box, in pixels. */
export interface Box {
  readonly kind: 'box';
  readonly ink: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A line of text at its baseline. */
export interface Words {
  readonly kind: 'words';
  readonly ink: string;
  readonly x: number;
  readonly y: number;
  readonly anchor: 'middle' | 'end';
  readonly text: string;
}

/** What a picture is made of that Chart.js has no kind for. */
export type Shape = Box | Words;

export const svgOf = (shape: Shape): Html =>
  shape.kind === 'box'
    ? html`<rect class="${shape.ink}" x="${shape.x}" y="${shape.y}" width="${shape.width}" height="${shape.height}"/>\n`
    : html`<text class="${shape.ink}" x="${shape.x}" y="${shape.y}" text-anchor="${shape.anchor}">${shape.text}</text>\n`;
