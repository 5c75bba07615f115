import type { TrustCheck } from '../../result/run.ts';
import type { Facts } from './facts.ts';

const signs = [
  { code: 'disk-full', name: 'full disks', unit: 'parts' },
  { code: 'part-ended', name: 'servers that ended', unit: 'servers' },
];

/** A server that ended, or a disk that was full, while it was measured: what else the run shows does not make it whole. */
export function partsEnded({ warnings = [] }: Pick<Facts, 'warnings'>): TrustCheck[] {
  return signs.flatMap(({ code, name, unit }) => {
    const found = warnings.filter((warning) => warning.code === code);
    const why = found.map(({ message }) => message).join(' ');
    const remedy = found.find(({ advice }) => advice)?.advice;
    const check = { name, ok: false, value: found.length, limit: 0, unit, why, ...(remedy && { remedy }) };
    return found.length > 0 ? [check] : [];
  });
}
