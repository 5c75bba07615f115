/** PostgreSQL's table lock modes, weakest first: the order of their numbers in the server (manual, 13.3.1). */
export const lockModes = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const;

export type LockMode = (typeof lockModes)[number];

export const strength = (mode: LockMode): number => lockModes.indexOf(mode);

export const stronger = (a: LockMode | undefined, b: LockMode): LockMode =>
  a !== undefined && strength(a) >= strength(b) ? a : b;

/** Whether a mode is below SHARE UPDATE EXCLUSIVE: readers and writers take such locks all the time and bear each other. */
export const isWeak = (mode: LockMode): boolean => strength(mode) < strength('SHARE UPDATE EXCLUSIVE');

/** The mode of pg_locks: "ShareRowExclusiveLock" is SHARE ROW EXCLUSIVE. */
export function lockModeOf(name: string): LockMode | undefined {
  const words = name
    .replace(/Lock$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
  return lockModes.find((mode) => mode === words);
}
