import { type Fault, missing } from './fault.ts';

/**
 * A disk that is full, as something to act on, wherever in the chain of causes it stands: Node's ENOSPC and EDQUOT,
 * PostgreSQL's SQLSTATE 53100.
 * @returns undefined where no disk is full
 */
export function fullDisk(error: unknown): Fault | undefined {
  for (let at = error, deep = 0; at instanceof Error && deep < 10; at = at.cause, deep++) {
    const { code, path } = at as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      return full(code === 'EDQUOT' ? 'The disk quota is used up' : 'The disk is full', path, at, error);
    if (code === '53100') return full("The disk of PostgreSQL's server is full", undefined, at, error);
  }
  return undefined;
}

const full = (what: string, path: string | undefined, at: Error, error: unknown): Fault =>
  missing(`${what}${path ? `, writing ${path}` : ''}: ${at.message}`, makeRoom, error);

export const makeRoom =
  'Make room (df -h; ./olympus datasets prune), or name another disk: OLYMPUS_CACHE=/path, --out /path. Then bring up what ended (./olympus up) and measure again.';

/** Whether words that a server wrote or a client got speak of a full disk. */
export const saysFullDisk = (text: string): boolean =>
  /No space left on device|disk quota (?:exceeded|is used up)|disk (?:of .* )?is full|\bENOSPC\b|\bEDQUOT\b/i.test(
    text,
  );
