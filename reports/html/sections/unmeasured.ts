import { absent, type Section } from '../section.ts';

/** Sections whose data this version's result has no place for yet: said, so that nobody looks for them in vain. */
const unmeasured = (id: string, title: string, why: string): Section => ({
  id,
  title,
  content: (result) => absent(result, [id], why),
});

export const capacity = unmeasured(
  'capacity',
  'Capacity',
  'This version does not search for the largest load that meets the objectives.',
);
export const history = unmeasured('history', 'History', 'This version keeps no series of runs.');
