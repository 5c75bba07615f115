import { type Fault, usage } from '../config/fault.ts';
import { short } from './checksum.ts';
import { label, type Migration } from './directory.ts';
import type { Applied } from './ledger.ts';

/**
 * A migration as files and ledger have it.
 * edited: the applied file differs now. lost: applied, and there is no file. overtaken: pending below an applied one.
 */
export interface MigrationState {
  readonly version: number;
  readonly name: string;
  readonly state: 'applied' | 'pending' | 'edited' | 'lost' | 'overtaken';
  readonly appliedAt: Date | null;
  readonly executionMs: number | null;
  readonly checksum: { readonly file: string | null; readonly applied: string | null };
  readonly file: string | null;
}

/** Compares the files with what is applied; pure. In order of version. */
export function reconcile(files: readonly Migration[], applied: readonly Applied[]): MigrationState[] {
  const newest = Math.max(0, ...applied.map(({ version }) => version));
  const versions = new Set([...files, ...applied].map(({ version }) => version));
  return [...versions]
    .sort((a, b) => a - b)
    .map((version) => {
      const file = files.find((one) => one.version === version);
      const row = applied.find((one) => one.version === version);
      return {
        version,
        name: (row ?? file)!.name,
        state: stateOf(file, row, newest),
        appliedAt: row?.applied_at ?? null,
        executionMs: row?.execution_ms ?? null,
        checksum: { file: file?.checksum ?? null, applied: row?.checksum ?? null },
        file: file?.up.file ?? null,
      };
    });
}

function stateOf(
  file: Migration | undefined,
  row: Applied | undefined,
  newest: number,
): MigrationState['state'] {
  if (!file) return 'lost';
  if (!row) return file.version < newest ? 'overtaken' : 'pending';
  return file.checksum === row.checksum && file.name === row.name ? 'applied' : 'edited';
}

/** The first state that forbids going on, as a Fault (usage); undefined when files and database agree. */
export function disagreement(states: readonly MigrationState[]): Fault | undefined {
  for (const { state, version, name, file, checksum } of states) {
    const what = label(version, name);
    if (state === 'edited')
      return usage(
        `${file} was edited after it was applied as ${what}: checksum ${short(checksum.file!)} now, ${short(checksum.applied!)} when applied.`,
        'Bring the file back as it was and write the change as a new migration; or `migrate down` below it first.',
      );
    if (state === 'lost')
      return usage(
        `Version ${what} is applied (checksum ${short(checksum.applied!)}), but there is no such file.`,
        'Get the file back from Git, or use the newer version of this project that has it.',
      );
    if (state === 'overtaken')
      return usage(
        `${file} is not applied, though later versions are.`,
        'Run `migrate down` to the version before it and `migrate up` again.',
      );
  }
  return undefined;
}
