/** Three significant digits and thousands apart: "41,106", "18.6", "0.262". */
export const figure = (value: number): string =>
  value >= 1000
    ? Math.round(value).toLocaleString('en-US')
    : Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 6 });

/** "262 µs", "18.6 ms", "2.41 s". */
export function time(ms: number): string {
  if (ms < 0.9995) return `${figure(ms * 1000)} µs`;
  return ms < 999.5 ? `${figure(ms)} ms` : `${figure(ms / 1000)} s`;
}
