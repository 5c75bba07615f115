/** Inks of a chart: classes of the stylesheet, which knows their colours on a light ground and on a dark one. */
export const inks = {
  text: 'ink-text',
  muted: 'ink-muted',
  grid: 'ink-grid',
  series: ['ink-0', 'ink-1', 'ink-2', 'ink-3'],
} as const;

export const seriesInk = (at: number): string => inks.series[at % inks.series.length]!;

export const font = { family: 'Inter', size: 13 } as const;
/** Second cues beside the colour. */
export const points = ['circle', 'rectRot', 'triangle', 'rect'] as const;
export const dashes: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [10, 3, 2, 3]];
