import type { ChartOptions } from 'chart.js';
import { brief, figure } from '../../format.ts';
import { font, inks } from './ink.ts';

export interface Axis {
  readonly title: string;
  readonly log?: boolean;
  /** Steps of bytes are powers of two, so that their names are round. */
  readonly binary?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly tick?: (value: number) => string;
}

type Scale = NonNullable<NonNullable<ChartOptions<'line'>['scales']>[string]>;

/** A scale of Chart.js. A logarithmic one names a few numbers of each decade. */
export function scale(axis: Axis, values: readonly number[], placed: 'x' | 'y'): Scale {
  const { title, log = false, binary = false, tick = figure } = axis;
  const known = values.filter((value) => Number.isFinite(value) && (!log || value > 0));
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const leads = leadsFor(most / least);
  const room = log && known.length > 0 ? roomAround(least, most) : {};
  const { min, max } = { ...room, ...axis };
  return {
    type: log ? 'logarithmic' : 'linear',
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    beginAtZero: !log && placed === 'y',
    title: { display: true, text: title, color: inks.muted, font },
    border: { color: inks.grid },
    grid: { color: inks.grid, drawTicks: false },
    ...(log && {
      afterBuildTicks: (built: { min: number; max: number; ticks: { value: number }[] }) => {
        if (most / least < narrow) {
          built.ticks = evenly(built.min, built.max).map((value) => ({ value }));
          return;
        }
        built.ticks = built.ticks.filter(({ value }) => named(value, leads));
      },
    }),
    ticks: {
      color: inks.muted,
      font,
      padding: 8,
      maxRotation: 0,
      autoSkipPadding: 18,
      ...(binary && most > 0 && { stepSize: 2 ** Math.max(0, Math.ceil(Math.log2(most / 6))) }),
      callback: (value: number | string) => brief(tick(Number(value))),
    },
  } as Scale;
}

/** Below this reach a logarithmic axis is as good as a linear one, and is named like one: 0.98, 1, 1.02. */
const narrow = 2;

/** About five round numbers. */
function evenly(from: number, to: number): number[] {
  const raw = (to - from) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((lead) => lead * power).find((each) => each >= raw) ?? 10 * power;
  const first = Math.ceil(from / step - 1e-9);
  return Array.from({ length: Math.floor(to / step + 1e-9) - first + 1 }, (_, at) =>
    Number(((first + at) * step).toPrecision(6)),
  );
}

/** A logarithmic axis ends a little beyond its values, so that no mark is cut in half. */
function roomAround(least: number, most: number): { min: number; max: number } {
  const room = Math.max(1.08, (most / least) ** 0.03);
  return { min: least / room, max: most * room };
}

/** The numbers of each decade that an axis names, by how far it reaches. */
function leadsFor(reach: number): readonly number[] {
  if (reach > 50_000) return [1];
  return reach > 30 ? [1, 2, 5] : [1, 1.5, 2, 3, 5, 7];
}

function named(value: number, leads: readonly number[]): boolean {
  const lead = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
  return leads.some((each) => Math.abs(lead - each) < 1e-6);
}
