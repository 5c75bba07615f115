import type { Chart, ChartConfiguration } from 'chart.js';
import { ChartJSNodeCanvas } from 'chartjs-node-canvas';
import { type Figure, plot } from '../html/charts/figure.ts';
import { type Heat, layHeat } from '../html/charts/heat.ts';
import { font, inks } from '../html/charts/ink.ts';
import type { Shape } from '../html/charts/shape.ts';
import { textWidth } from '../html/charts/text-width.ts';
import { width } from '../html/charts/width.ts';
import { palette } from './palette.ts';
import { pictureTitle } from './pictures-of.ts';
import { wrap } from './wrap.ts';

/** Pixels of the picture for one of the layout: 1150 wide, sharp where a review shows it at 900. */
const sharpness = 1.25;
const lineHeight = 18;
const margin = 14;

/** @param source what it was measured in: a picture is shown where its page is not */
export function picture(figure: Figure, source: string): Buffer {
  const { configuration, height } =
    figure.chart.kind === 'heat' ? heatConfiguration(figure.chart) : plot(figure.chart);
  const room = width - 2 * margin;
  const title = wrap(pictureTitle(figure), room, (text) => textWidth(text, `600 16px ${font.family}`));
  const below = [figure.description, source].flatMap((text) =>
    wrap(text, room, (words) => textWidth(words, `400 13px ${font.family}`)),
  );
  const surface = new ChartJSNodeCanvas({
    width,
    height: height + lineHeight * (title.length + below.length) + 3 * margin,
    backgroundColour: 'white',
  });
  return surface.renderToBufferSync({
    ...configuration,
    options: {
      ...configuration.options,
      ...{ animation: false, responsive: false, devicePixelRatio: sharpness, font },
      layout: { padding: { left: margin, right: margin + 4, top: margin, bottom: margin } },
      plugins: {
        ...configuration.options?.plugins,
        title: heading(title, inks.text, { size: 16, weight: 600 }),
        subtitle: heading(below, inks.muted, { size: 13, weight: 400 }),
      },
    },
    plugins: [inLightColours, ...(configuration.plugins ?? [])],
  });
}

const heading = (text: string[], color: string, { size, weight }: { size: number; weight: number }) => ({
  ...{ display: text.length > 0, text, color },
  align: 'start' as const,
  font: { family: font.family, size, weight, lineHeight: `${lineHeight}px` },
  padding: { top: 0, bottom: size === 16 ? 4 : 12 },
});

/** The charts name classes of the stylesheet as their colours: what they mean is said where they are painted. */
const inLightColours = {
  id: 'in-light-colours',
  beforeInit({ ctx }: Chart): void {
    for (const style of ['fillStyle', 'strokeStyle'] as const) {
      const own = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(ctx), style)!;
      Object.defineProperty(ctx, style, {
        get: own.get!,
        set: (value: unknown) => own.set!.call(ctx, typeof value === 'string' ? lightOf(value) : value),
      });
    }
  },
};

/** A colour that is none is ignored by a canvas: the last one would stay. */
function lightOf(colour: string): string {
  const light = palette.get(colour);
  if (light === undefined && /^(?:ink|heat)-/.test(colour)) throw new Error(`style.css has no .${colour}.`);
  return light ?? colour;
}

/** A heat map is laid out by us; Chart.js gives it its place below the title. */
function heatConfiguration(heat: Heat): { configuration: ChartConfiguration; height: number } {
  const { shapes, height } = layHeat(heat);
  return {
    height,
    configuration: {
      type: 'scatter',
      data: { datasets: [] },
      options: {
        scales: { x: { display: false }, y: { display: false } },
        plugins: { legend: { display: false } },
      },
      plugins: [
        {
          id: 'shapes',
          afterDraw: ({ ctx, chartArea }: Chart) => {
            ctx.save();
            ctx.translate(0, chartArea.top);
            for (const shape of shapes) paint(ctx, shape);
            ctx.restore();
          },
        },
      ],
    },
  };
}

function paint(context: Chart['ctx'], shape: Shape): void {
  context.fillStyle = shape.ink;
  if (shape.kind === 'box') {
    context.fillRect(shape.x, shape.y, shape.width, shape.height);
    return;
  }
  context.font = `400 ${font.size}px ${font.family}`;
  context.textBaseline = 'alphabetic';
  context.textAlign = shape.anchor === 'end' ? 'right' : 'center';
  context.fillText(shape.text, shape.x, shape.y);
}
