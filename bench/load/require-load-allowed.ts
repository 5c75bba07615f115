import { usage } from '../../config/fault.ts';
import type { Setting } from '../measure.ts';

/** Whether the most that the servers can answer may be looked for: on those of the user's only when he says so. */
export const mayFindCeiling = ({ topology, allowLoad }: Pick<Setting, 'topology' | 'allowLoad'>): boolean =>
  allowLoad === true ||
  !topology.endpoints.some(({ provider, name }) => provider === 'external' && name !== 'cache');

export const withoutRate = 'Without a rate the load would search for the most that your server can answer.';
export const nameRate = (instead: string): string =>
  `Name a rate that it can bear: ${instead}; or allow the search: --allow-load`;

/**
 * Before a load whose rate nobody named: a search for the maximum, or a closed loop.
 * @param instead what measures without that search, as a command
 * @throws Fault (usage): on a server of the user's nobody looks for the most that it can do without being asked to
 */
export function requireLoadAllowed(setting: Pick<Setting, 'topology' | 'allowLoad'>, instead: string): void {
  if (mayFindCeiling(setting)) return;
  throw usage(withoutRate, nameRate(instead));
}
