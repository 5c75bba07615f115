import type { TrustCheck } from '../../result/run.ts';
import type { Facts } from './facts.ts';

/** A server that ended while it was measured: what else the run shows does not make it whole. None where all stayed. */
export function partsEnded({ warnings = [] }: Pick<Facts, 'warnings'>): TrustCheck[] {
  const ended = warnings.filter(({ code }) => code === 'part-ended');
  if (ended.length === 0) return [];
  const why = ended.map(({ message }) => message).join(' ');
  return [{ name: 'servers that ended', ok: false, value: ended.length, limit: 0, unit: 'servers', why }];
}
