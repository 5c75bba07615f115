import type { FileEntry } from './manifest.ts';

export interface Damage {
  readonly file: string;
  readonly why: string;
}

/** Compares the files of a backup with what its manifest says of them. */
export function compareFiles(wanted: readonly FileEntry[], found: readonly FileEntry[]): Damage[] {
  const there = new Map(found.map((entry) => [entry.name, entry]));
  const damages: Damage[] = wanted.flatMap(({ name, bytes, sha256 }) => {
    const file = there.get(name);
    there.delete(name);
    if (!file) return [{ file: name, why: 'it is missing' }];
    if (file.bytes !== bytes) return [{ file: name, why: `it has ${file.bytes} bytes, not ${bytes}` }];
    return file.sha256 === sha256 ? [] : [{ file: name, why: 'its bytes were changed (SHA-256 differs)' }];
  });
  return [...damages, ...[...there.keys()].map((file) => ({ file, why: 'it is not part of the backup' }))];
}
