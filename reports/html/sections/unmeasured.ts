import { absent, type Section } from '../section.ts';

/** Sections whose data this version's result has no place for yet: said, so that nobody looks for them in vain. */
const unmeasured = (id: string, title: string, why: string): Section => ({
  id,
  title,
  content: (result) => absent(result, [id], why),
});

export const history = unmeasured('history', 'History', 'This version keeps no series of runs.');
