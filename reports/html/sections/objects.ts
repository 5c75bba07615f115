import type { ObjectFigures } from '../../../result/result.ts';
import { count, duration, size } from '../../format.ts';
import { html } from '../html.ts';
import { markCell } from '../mark.ts';
import { absent, data, notAsked, type Section } from '../section.ts';
import { where } from '../service-columns.ts';
import { column, figures, number, table } from '../table.ts';

type Of<Kind extends ObjectFigures['kind']> = Extract<ObjectFigures, { kind: Kind }>;
const rowsOf = <Kind extends ObjectFigures['kind']>(all: readonly ObjectFigures[], kind: Kind): Of<Kind>[] =>
  all.filter((each): each is Of<Kind> => each.kind === kind);

export const objects: Section = {
  id: 'objects',
  title: 'Objects',
  content: (result) => {
    const all = result.objects;
    if (all.length === 0) return absent(result, ['objects'], notAsked('objects'));
    const races = rowsOf(all, 'race');
    const safe = races.every(({ acceptedMax, overwritten }) => acceptedMax === 1 && overwritten === 0);
    return data(
      safe
        ? 'Of several writers of one key exactly one is accepted: two nights cannot overwrite each other.'
        : 'This store accepts more than one writer of a key: do not let two nights share a prefix.',
      html`${transfers(rowsOf(all, 'transfer'))}
${table(
  'objects-race',
  'Writers that put one key at once, if it is not there',
  [
    where<Of<'race'>>(),
    figures<Of<'race'>>('Writers', ({ writers }) => number(writers, count)),
    figures<Of<'race'>>('Rounds', ({ rounds }) => number(rounds, count)),
    figures<Of<'race'>>('Accepted, most', ({ acceptedMax }) => number(acceptedMax, count)),
    figures<Of<'race'>>('Overwritten', ({ overwritten }) => number(overwritten, count)),
  ],
  races,
)}`,
    );
  },
};

const perSecond = (value: number) => `${size(value)}/s`;

const transfers = (rows: readonly Of<'transfer'>[]) =>
  rows.length > 0 &&
  table(
    'objects-transfer',
    'Files to the store and back',
    [
      where<Of<'transfer'>>(),
      figures<Of<'transfer'>>('Size', ({ bytes }) => number(bytes, size)),
      figures<Of<'transfer'>>('Parts', ({ parts }) => number(parts, count)),
      figures<Of<'transfer'>>('Put', ({ putMs }) => number(putMs, duration)),
      figures<Of<'transfer'>>('Put rate', ({ putBytesPerSecond }) => number(putBytesPerSecond, perSecond)),
      figures<Of<'transfer'>>('Get', ({ getMs }) => number(getMs, duration)),
      figures<Of<'transfer'>>('Get rate', ({ getBytesPerSecond }) => number(getBytesPerSecond, perSecond)),
      column<Of<'transfer'>>('SHA-256', ({ verified }) => markCell(verified, ['the same', 'differs', ''])),
    ],
    rows,
  );
