import { type Fields, isFields, listOf, numberOf, textOf } from './field.ts';
import type { Spill } from './plan.ts';

const pageKilobytes = 8;

/** What a node wrote to temporary files, its workers' share included. */
export function spillsOf(fields: Fields): Spill[] {
  const spills: Spill[] = [];
  for (const part of [fields, ...listOf(fields, 'Workers')]) {
    if (textOf(part, 'Sort Space Type') === 'Disk')
      spills.push({
        what: textOf(part, 'Sort Method') ?? 'sort on disk',
        kilobytes: numberOf(part, 'Sort Space Used'),
      });
    for (const name of ['Full-sort Groups', 'Pre-sorted Groups']) {
      const groups = isFields(part[name]) ? part[name] : {};
      const disk = isFields(groups['Sort Space Disk']) ? groups['Sort Space Disk'] : {};
      const most = numberOf(disk, 'Peak Sort Space Used');
      if (most) spills.push({ what: 'incremental sort on disk', kilobytes: most });
    }
    const aggregate = numberOf(part, 'Disk Usage');
    if (aggregate) spills.push({ what: 'aggregate on disk', kilobytes: aggregate });
    if (textOf(part, 'Storage') === 'Disk')
      spills.push({ what: 'rows kept on disk', kilobytes: numberOf(part, 'Maximum Storage') });
  }
  const batches = numberOf(fields, 'Hash Batches');
  if (batches !== null && batches > 1) spills.push({ what: `${batches} hash batches`, kilobytes: null });
  return spills;
}

/** Pages written to temporary files by the node and all below it, in kilobytes. */
export const temporaryKilobytes = (fields: Fields): number | null => {
  const pages = numberOf(fields, 'Temp Written Blocks');
  return pages === null ? null : pages * pageKilobytes;
};
