import type { IndexResult } from '../../../result/result.ts';
import { duration, figure, size } from '../../format.ts';
import { absent, data, type Section } from '../section.ts';
import { column, figures, number, table } from '../table.ts';

const list = (names: readonly string[]) => names.join(', ') || 'none';

export const indexes: Section = {
  id: 'indexes',
  title: 'Indexes',
  content: (result) => {
    if (result.index.length === 0) return absent(result, ['index'], 'This run changed no index.');
    const regressed = result.index.filter((each) => each.regressed.length > 0);
    return data(
      regressed.length > 0
        ? `${regressed.map(({ change }) => change).join('; ')}: makes other statements slower.`
        : 'No measured change makes a statement slower; the write price says whether it is worth it.',
      table(
        'indexes-table',
        'Changes of indexes: what they help and what they cost',
        [
          column('Change', ({ change }: IndexResult) => change),
          column('Helped', ({ helped }: IndexResult) => list(helped)),
          column('Regressed', (each: IndexResult) => list(each.regressed)),
          figures<IndexResult>('WAL per insert', ({ writePrice }) =>
            number(writePrice.walBytesPerInsert, size),
          ),
          figures<IndexResult>('WAL per update', ({ writePrice }) =>
            number(writePrice.walBytesPerUpdate, size),
          ),
          figures<IndexResult>('HOT', ({ writePrice }) =>
            number(writePrice.hotPct, (value) => `${figure(value)} %`),
          ),
          figures<IndexResult>('Size', ({ sizeBytes }) => number(sizeBytes, size)),
          figures<IndexResult>('Build time', ({ buildMs }) => number(buildMs, duration)),
        ],
        result.index,
      ),
    );
  },
};
