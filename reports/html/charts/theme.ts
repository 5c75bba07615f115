/** Colours of a rendering. The series' are after Okabe and Ito, told apart by colour-blind readers on both grounds. */
export interface Theme {
  readonly name: 'light' | 'dark';
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly ground: string;
  readonly series: readonly string[];
}

export const themes: readonly Theme[] = [
  {
    name: 'light',
    text: '#1d2226',
    muted: '#5b646c',
    grid: '#e6e9eb',
    ground: '#ffffff',
    series: ['#0067a8', '#c8500a', '#00825f', '#a94f86'],
  },
  {
    name: 'dark',
    text: '#e6e8ea',
    muted: '#9aa4ad',
    grid: '#2f363c',
    ground: '#1b1f23',
    series: ['#62b6ee', '#f0a03c', '#3fc79d', '#e09ac6'],
  },
];

export const font = { family: 'Inter', size: 13 } as const;
/** Second cues beside the colour. */
export const points = ['circle', 'rectRot', 'triangle', 'rect'] as const;
export const dashes: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [10, 3, 2, 3]];
