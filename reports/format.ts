/** Figures for people: three significant digits, thousands apart, units with a thin space. null never reaches here. */

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const nbsp = '\u00a0';

/** "0.0632", "1.24", "357", "12,300": three significant digits, and never an exponent between 1e-6 and 1e15. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-6 || size >= 1e15) return value.toExponential(2);
  if (size >= 100) return grouped.format(Number(value.toPrecision(size >= 1000 ? 4 : 3)));
  return value.toFixed(Math.max(0, 2 - Math.floor(Math.log10(Number(size.toPrecision(3))))));
}

/** The same figure without zeros that say nothing, for axes and limits: "50 ms" instead of "50.0 ms". */
export const brief = (text: string): string =>
  text.replace(/(\d\.\d*?)0+(?!\d)/g, '$1').replace(/\.(?!\d)/g, '');

/** A count is exact: "202,133". */
export const count = (value: number): string =>
  Number.isInteger(value) ? grouped.format(value) : figure(value);

/** A time in the unit that people would use: "63.2 µs", "1.24 ms", "2.41 s", "3 min 20 s". */
export function duration(ms: number): string {
  const size = Math.abs(ms);
  if (size === 0) return `0${nbsp}ms`;
  if (size < 0.0001) return `< 0.1${nbsp}µs`; // no clock that we read tells single nanoseconds apart
  if (size < 0.1) return `${figure(ms * 1000)}${nbsp}µs`;
  if (size < 1000) return `${figure(ms)}${nbsp}ms`;
  if (size < 120_000) return `${figure(ms / 1000)}${nbsp}s`;
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return hours ? `${hours}${nbsp}h ${minutes}${nbsp}min` : `${minutes}${nbsp}min ${seconds % 60}${nbsp}s`;
}

const sizes = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** "412 B", "1.40 MiB". */
export function size(bytes: number): string {
  let power = 0;
  let rest = bytes;
  while (Math.abs(rest) >= 1024 && power < sizes.length - 1) [rest, power] = [rest / 1024, power + 1];
  return `${power === 0 ? count(rest) : figure(rest)}${nbsp}${sizes[power]}`;
}

/** "1,240 /s". */
export const rate = (perSecond: number): string => `${figure(perSecond)}${nbsp}/s`;

/** "1.37×". */
export const ratio = (value: number): string => `${figure(value)}×`;

/** A value of a check in its own unit. */
export function quantity(value: number, unit: string): string {
  if (unit === 'ms') return duration(value);
  if (unit === 'B') return size(value);
  const text = Number.isInteger(value) ? count(value) : figure(value);
  return unit ? `${text}${nbsp}${unit}` : text;
}

/** "2026-11-23 01:42:05 UTC"; what is no date is returned as it is. */
export function moment(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** The word that the reader sees for a status. */
export const statusWords = {
  pass: 'Pass',
  regression: 'Regression',
  'objective-missed': 'Objective missed',
  inconclusive: 'Inconclusive',
  untrusted: 'Not trustworthy',
} as const;
