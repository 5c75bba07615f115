import type { Result } from '../../result/result.ts';
import { cache } from './sections/cache.ts';
import { checks } from './sections/checks.ts';
import { comparison } from './sections/comparison.ts';
import { dataset } from './sections/dataset.ts';
import { head } from './sections/head.ts';
import { indexes } from './sections/indexes.ts';
import { load } from './sections/load.ts';
import { micro } from './sections/micro.ts';
import { night } from './sections/night.ts';
import { notes } from './sections/notes.ts';
import { objects } from './sections/objects.ts';
import { olap, olapInterference } from './sections/olap.ts';
import { pagination } from './sections/pagination.ts';
import { plans } from './sections/plans.ts';
import { crowds, poolerPrice, throughPooler } from './sections/pooler.ts';
import { commits, longReads, replication } from './sections/replication.ts';
import { rls } from './sections/rls.ts';
import { vector } from './sections/vector.ts';

/** GitHub refuses a step summary above 1,024 KiB. */
export const maxBytes = 1024 * 1024;

/** A heading and what is below it; empty where there is nothing to say. */
type Section = (result: Result) => string;

const sections: readonly Section[] = [
  head,
  night,
  ({ objectives }) => checks('Objectives', objectives),
  ({ trust }) => checks('Trust', trust.checks),
  load,
  replication,
  longReads,
  commits,
  crowds,
  poolerPrice,
  throughPooler,
  cache,
  vector,
  olap,
  olapInterference,
  objects,
  plans,
  indexes,
  pagination,
  rls,
  comparison,
  micro,
  dataset,
  notes,
];

/** summary.md for a CI step: the verdict, what it rests on, and the first rows of each section. At most 1 MiB. */
export const renderMarkdown = (result: Result): string =>
  bounded(sections.map((section) => section(result)).filter((block) => block !== ''));

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
