import { html, type Part } from '../html.ts';

/** Widths of texts in the font that charts are laid out in. */
export type MeasureText = (text: string, font: string) => number;

type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

interface State {
  readonly fillStyle: string;
  readonly strokeStyle: string;
  readonly lineWidth: number;
  readonly font: string;
  readonly textAlign: string;
  readonly textBaseline: string;
  readonly dash: readonly number[];
  readonly matrix: Matrix;
}

const anchors: Record<string, string> = { center: 'middle', right: 'end', end: 'end' };
/** What a baseline is below the line that a text is placed on, in ems. */
const rises: Record<string, number> = { middle: 0.36, top: 0.86, bottom: -0.2 };

/** A tenth of a pixel is finer than is seen. */
const tenth = (value: number): number => Math.round(value * 10) / 10;

/**
 * The part of CanvasRenderingContext2D that Chart.js draws with, written down as SVG. Colours are names, which become
 * classes: the stylesheet says what they look like, on a light ground and on a dark one. Nothing is clipped, and all
 * text has the size that the stylesheet gives it.
 */
export class SvgContext {
  readonly canvas: { width: number; height: number; getContext: () => SvgContext };
  fillStyle = '';
  strokeStyle = '';
  lineWidth = 1;
  font = '13px Inter';
  textAlign = 'start';
  textBaseline = 'alphabetic';
  readonly #measure: MeasureText;
  readonly #elements: string[] = [];
  readonly #states: State[] = [];
  #dash: readonly number[] = [];
  #matrix: Matrix = [1, 0, 0, 1, 0, 0];
  #path = '';
  /** Where the path is, in tenths that were written: errors of rounding do not add up. */
  #at: readonly [x: number, y: number] | undefined;

  readonly #links: ReadonlyMap<string, string>;

  /** A text that has an address among `links` carries it, for a script: a link within a picture would be no part of it. */
  constructor(
    width: number,
    height: number,
    measure: MeasureText,
    links: ReadonlyMap<string, string> = new Map(),
  ) {
    this.canvas = { width, height, getContext: () => this };
    this.#measure = measure;
    this.#links = links;
  }

  /** What is drawn until `endGroup` is one element, which a script can find. */
  group(attributes: Part): void {
    this.#elements.push(html`<g ${attributes}>`.markup);
  }
  endGroup(): void {
    this.#elements.push('</g>');
  }

  /** What was drawn so far. */
  get content(): string {
    return this.#elements.join('\n');
  }

  save(): void {
    const { fillStyle, strokeStyle, lineWidth, font, textAlign, textBaseline } = this;
    this.#states.push({
      ...{ fillStyle, strokeStyle, lineWidth, font, textAlign, textBaseline },
      ...{ dash: this.#dash, matrix: this.#matrix },
    });
  }
  restore(): void {
    const state = this.#states.pop();
    if (!state) return;
    const { dash, matrix, ...rest } = state;
    Object.assign(this, rest);
    this.#dash = dash;
    this.#matrix = matrix;
  }

  setTransform(...matrix: number[]): void {
    this.#matrix = matrix.length === 6 ? (matrix as unknown as Matrix) : [1, 0, 0, 1, 0, 0];
  }
  resetTransform(): void {
    this.setTransform();
  }
  translate(x: number, y: number): void {
    const [a, b, c, d] = this.#matrix;
    this.#matrix = [a, b, c, d, ...this.#exact(x, y)];
  }
  rotate(angle: number): void {
    const [a, b, c, d, e, f] = this.#matrix;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    this.#matrix = [a * cos + c * sin, b * cos + d * sin, c * cos - a * sin, d * cos - b * sin, e, f];
  }
  #exact(x: number, y: number): [number, number] {
    const [a, b, c, d, e, f] = this.#matrix;
    return [a * x + c * y + e, b * x + d * y + f];
  }

  setLineDash(dash: readonly number[]): void {
    this.#dash = dash;
  }
  clip(): void {}
  clearRect(): void {}

  beginPath(): void {
    this.#path = '';
    this.#at = undefined;
  }
  moveTo(x: number, y: number): void {
    const [toX, toY] = this.#exact(x, y).map(tenth) as [number, number];
    this.#path += `M${toX} ${toY}`;
    this.#at = [toX, toY];
  }
  lineTo(x: number, y: number): void {
    if (!this.#at) {
      this.moveTo(x, y);
      return;
    }
    const [toX, toY] = this.#exact(x, y).map(tenth) as [number, number];
    const [dx, dy] = [tenth(toX - this.#at[0]), tenth(toY - this.#at[1])];
    if (dx === 0 && dy === 0) return;
    this.#path += dy === 0 ? `h${dx}` : dx === 0 ? `v${dy}` : `l${dx}${dy < 0 ? '' : ' '}${dy}`;
    this.#at = [toX, toY];
  }
  closePath(): void {
    this.#path += 'z';
  }
  rect(x: number, y: number, width: number, height: number): void {
    this.moveTo(x, y);
    this.lineTo(x + width, y);
    this.lineTo(x + width, y + height);
    this.lineTo(x, y + height);
    this.closePath();
  }
  arc(x: number, y: number, radius: number, from: number, to: number, backwards = false): void {
    const on = (angle: number) => [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const;
    this.lineTo(...on(from));
    const turn = backwards ? from - to : to - from;
    if (turn >= 2 * Math.PI - 1e-6) {
      this.#arcTo(radius, false, backwards, on(from + Math.PI));
      this.#arcTo(radius, false, backwards, on(from));
    } else this.#arcTo(radius, turn > Math.PI, backwards, on(to));
  }
  #arcTo(radius: number, far: boolean, backwards: boolean, end: readonly [number, number]): void {
    const [x, y] = this.#exact(...end).map(tenth) as [number, number];
    this.#path += `A${tenth(radius)} ${tenth(radius)} 0 ${Number(far)} ${Number(!backwards)} ${x} ${y}`;
    this.#at = [x, y];
  }

  stroke(): void {
    if (!this.#path || this.lineWidth === 0) return;
    const { strokeStyle, lineWidth } = this;
    const width = lineWidth === 1 ? '' : ` stroke-width="${tenth(lineWidth)}"`;
    const dash = this.#dash.length === 0 ? '' : ` stroke-dasharray="${this.#dash.join(' ')}"`;
    this.#elements.push(
      `${html`<path class="line ${strokeStyle}" d="${this.#path}"`.markup}${width}${dash}/>`,
    );
  }
  fill(): void {
    if (this.#path) this.#elements.push(html`<path class="${this.fillStyle}" d="${this.#path}"/>`.markup);
  }

  measureText(text: string): { width: number } {
    return { width: this.#measure(text, this.font) };
  }
  /** Aligned by the reader's font, which may be another than the one that it was measured in. */
  fillText(text: string, x: number, y: number): void {
    const size = Number.parseFloat(/(\d+(\.\d+)?)px/.exec(this.font)?.[1] ?? '13');
    const [a, b] = this.#matrix;
    const rise = (rises[this.textBaseline] ?? 0) * size;
    const [atX, atY] = this.#exact(x, y + rise).map(tenth) as [number, number];
    const anchor = anchors[this.textAlign];
    const href = this.#links.get(text);
    const angle = Math.round((Math.atan2(b, a) * 180) / Math.PI);
    this.#elements.push(
      html`<text class="${this.fillStyle}" x="${atX}" y="${atY}"${anchor && html` text-anchor="${anchor}"`}${angle !== 0 && html` transform="rotate(${angle} ${atX} ${atY})"`}${href !== undefined && html` data-href="${href}"`}>${text}</text>`
        .markup,
    );
  }
}
