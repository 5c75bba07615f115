import { figuresOf } from '../../result/figures-of.ts';
import { measures } from '../../result/measures.ts';
import type { Result } from '../../result/result.ts';
import type { Picture } from '../pictures/pictures-of.ts';
import { checks } from './sections/checks.ts';
import { comparison } from './sections/comparison.ts';
import { figures } from './sections/figures.ts';
import { findings } from './sections/findings.ts';
import { head } from './sections/head.ts';
import { load } from './sections/load.ts';
import { night } from './sections/night.ts';
import { notes } from './sections/notes.ts';
import { pictureList } from './sections/picture-list.ts';
import { plans } from './sections/plans.ts';
import { rls } from './sections/rls.ts';

/** GitHub refuses a step summary above 1,024 KiB. */
export const maxBytes = 1024 * 1024;

/** A heading and what is below it; empty where there is nothing to say. */
type Section = (result: Result) => string;

/** Parts that have more to say than their figures; nothing of two sides stands twice. */
const worded: Readonly<Record<string, Section>> = { comparison, load, plans, rls };

/** What was compared first; of the others the figures, sizes of tables last. */
const inOrder = [...measures].sort((a, b) => place(a.part) - place(b.part));
function place(part: string): number {
  return ({ comparison: 0, nightly: 1, index: 2, dataset: 9 } as Record<string, number>)[part] ?? 5;
}

const sections: readonly Section[] = [
  head,
  findings,
  night,
  ({ objectives }) => checks('Objectives', objectives),
  ({ trust }) => checks('Trust', trust.checks),
  ...inOrder.map(({ part }) => worded[part] ?? figures(part)),
  notes,
];

/** summary.md for a CI step: the verdict, what it rests on, and the first rows of each section. At most 1 MiB. */
export function renderMarkdown(result: Result, pictures: readonly Picture[] = []): string {
  const whole = { ...result, figures: figuresOf(result) };
  const blocks = [...sections.map((section) => section(whole)), pictureList(pictures)];
  return bounded(blocks.filter((block) => block !== ''));
}

/** Leaves out the last blocks, and says so, rather than going over the limit. */
function bounded(blocks: readonly string[]): string {
  const omitted = '\n_The rest is in index.html: the summary has reached the size that CI shows._\n';
  let text = '';
  for (const block of blocks) {
    if (Buffer.byteLength(text) + Buffer.byteLength(block) + Buffer.byteLength(omitted) + 2 > maxBytes)
      return text + omitted;
    text += `${text && '\n'}${block}\n`;
  }
  return text;
}
