/** A line of a file, and where it stood there (from 1): what is cut off or joined keeps its place for messages. */
export interface Line {
  readonly text: string;
  readonly at: number;
}

/** The lines of a text whose ends are LF; `at` is the place of the first. */
export const linesOf = (text: string, at = 1): Line[] =>
  text.split('\n').map((line, i) => ({ text: line, at: at + i }));

export const textOfLines = (lines: readonly Line[]): string => lines.map(({ text }) => text).join('\n');

export const isBlank = ({ text }: Line): boolean => text.trim() === '';

export const columnOf = (text: string): number => text.search(/\S/);
