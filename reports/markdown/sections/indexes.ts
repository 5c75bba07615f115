import type { Result } from '../../../result/result.ts';
import { duration, size } from '../../format.ts';
import { given, percent } from '../cells.ts';
import { table } from '../table.ts';

export const indexes = ({ index: all }: Result) =>
  table(
    'Indexes',
    ['Change', 'Answer', 'Helped', 'Regressed', 'WAL per insert', 'WAL per update', 'HOT', 'Size', 'Build'],
    all.map((each) => [
      each.change,
      each.answer ?? each.verdict ?? '',
      each.helped.join(', '),
      each.regressed.join(', '),
      given(each.writePrice.walBytesPerInsert, size),
      given(each.writePrice.walBytesPerUpdate, size),
      given(each.writePrice.hotPct, percent),
      given(each.sizeBytes, size),
      given(each.buildMs, duration),
    ]),
  );
