import { figuresOf } from '../../result/figures-of.ts';
import type { Result } from '../../result/result.ts';
import { type Figure, figuresIn } from '../html/charts/figure.ts';
import { sectionsOf } from '../html/sections-of-run.ts';
import { verdictTitle } from '../verdict-title.ts';

/** A chart of a run, which becomes a file. */
export interface Picture {
  /** Of this run the only one. */
  readonly file: string;
  readonly section: string;
  readonly title: string;
  readonly figure: Figure;
  /** What it was measured in, in a line. */
  readonly source: string;
}

/** The charts of a run's page, in its order. */
export function picturesOf(stored: Result): Picture[] {
  const result = { ...stored, figures: figuresOf(stored) };
  const { shown } = sectionsOf(result);
  const source = `${result.run.suite}, run ${result.run.id}. Verdict: ${verdictTitle(result.verdict)}.`;
  const taken = new Set<string>();
  return shown.flatMap(({ section, content }) =>
    content.kind === 'data'
      ? figuresIn([content.conclusion, content.body]).map((figure) => ({
          file: fileName(section.id, figure.id, taken),
          section: section.title,
          title: pictureTitle(figure),
          figure,
          source: `${section.title} · ${source}`,
        }))
      : [],
  );
}

/** On a page the heading above says of which load a chart is. */
export const pictureTitle = ({ title, of }: Figure): string => (of === undefined ? title : `${title}: ${of}`);

/** The section and the chart, in characters that every file system takes. */
function fileName(section: string, figure: string, taken: Set<string>): string {
  const whole = figure === section || figure.startsWith(`${section}-`) ? figure : `${section}-${figure}`;
  const plain = whole
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 100);
  let name = plain;
  for (let at = 2; taken.has(name); at++) name = `${plain}-${at}`;
  taken.add(name);
  return `${name}.png`;
}
