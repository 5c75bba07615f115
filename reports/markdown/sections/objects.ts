import type { Result } from '../../../result/result.ts';
import { count, size } from '../../format.ts';
import { table } from '../table.ts';

export const objects = ({ objects: all }: Result) =>
  table(
    'Objects',
    ['What', 'Figure'],
    all.map((each) =>
      each.kind === 'transfer'
        ? [
            `${size(each.bytes)} in ${count(each.parts)} parts`,
            `${size(each.putBytesPerSecond)}/s there, ${size(each.getBytesPerSecond)}/s back, ${each.verified ? 'the same' : 'damaged'}`,
          ]
        : [
            `${count(each.writers)} writers of one key`,
            `${count(each.acceptedMax)} accepted at most, ${count(each.overwritten)} overwritten`,
          ],
    ),
  );
