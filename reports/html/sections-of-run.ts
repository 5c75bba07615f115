import type { Result, RunKind } from '../../result/result.ts';
import type { Content, Section } from './section.ts';
import { partsOf, sections } from './sections.ts';

/** A section of this run's page, with what it shows. */
export interface Filled {
  readonly section: Section;
  readonly content: Content;
}

/** What the run was made for stands before what it is believed for. */
const leading: Partial<Record<RunKind, readonly string[]>> = {
  load: ['load', 'evidence'],
  index: ['indexes', 'plans'],
  ab: ['comparison', 'plans'],
  compare: ['comparison', 'plans'],
  nightly: ['history', 'comparison'],
  capacity: ['capacity'],
  drill: ['migration', 'drill'],
  explain: ['plans'],
};

/**
 * The sections that belong to a run, in its order: those with data, and those whose part was skipped or whose run was cut
 * off, which say why. Of the others the names are left.
 */
export function sectionsOf(result: Result): { shown: Filled[]; left: Section[] } {
  const first = leading[result.run.kind] ?? [];
  const place = ({ section: { id } }: Filled) => (first.includes(id) ? first.indexOf(id) : first.length);
  const all = sections.map((section) => ({ section, content: section.content(result) }));
  const shown = all.filter((each) => belongs(each, result));
  return {
    shown: shown.toSorted((a, b) => place(a) - place(b)),
    left: all.filter((each) => !shown.includes(each)).map(({ section }) => section),
  };
}

function belongs({ section, content }: Filled, { run }: Result): boolean {
  if (content.kind === 'data' || always.has(section.id)) return true;
  if (content.skipped) return true;
  return !run.complete && run.kind === 'bench' && partsOf(section).length > 0;
}

/** That a run was not judged is never left out. */
const always = new Set(['trust', 'objectives']);

/** A run's page by what it was made for. */
export const titleOf = ({ kind, suite }: Result['run']): string =>
  kind === undefined || kind === 'bench' ? `Report of a ${suite} run` : titles[kind];

const titles: Record<Exclude<RunKind, 'bench'>, string> = {
  load: 'Report of a load',
  index: 'Report of an index change',
  ab: 'A compared with B',
  nightly: 'Report of a night',
  capacity: 'Report of the capacity',
  drill: 'Report of a drill',
  explain: 'Report of plans',
  compare: 'Two runs compared',
  replay: 'Report of a replay',
};
