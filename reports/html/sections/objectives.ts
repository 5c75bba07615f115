import { absent, data, type Section } from '../section.ts';
import { checkTable } from './trust.ts';

export const objectives: Section = {
  id: 'objectives',
  title: 'Objectives and expectations',
  content: (result) => {
    const all = result.objectives;
    if (all.length === 0) return absent(result, [], 'This run was not judged.');
    const missed = all.filter(({ ok }) => ok === false).map(({ name }) => name);
    const open = all.filter(({ ok }) => ok === null).map(({ name }) => name);
    const conclusion = [
      missed.length > 0
        ? `Missed: ${missed.join(', ')}.`
        : open.length < all.length
          ? 'Every measured objective is met.'
          : '',
      open.length > 0 ? `Not measured: ${open.join(', ')}.` : '',
    ];
    return data(
      conclusion.filter(Boolean).join(' '),
      checkTable('objectives-table', 'Goals of the system under test', all, ['met', 'missed', 'open']),
    );
  },
};
