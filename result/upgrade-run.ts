import { RunKind } from './run.ts';

/**
 * A result of schemaVersion 1 as one of version 2: what made it is read from its command. Its figures follow from its
 * sections, which stay as they are.
 */
export function upgradeRun(data: object): object {
  const { run, nightly } = data as { run?: { command?: unknown }; nightly?: unknown };
  return {
    ...data,
    schemaVersion: 2,
    run: { ...run, kind: nightly ? 'nightly' : kindOf(run?.command) },
    figures: [],
  };
}

const kinds: ReadonlySet<string> = new Set((RunKind as unknown as { enum: string[] }).enum);

function kindOf(command: unknown): string {
  const words = typeof command === 'string' ? command.split(' ') : [];
  return words.find((word) => kinds.has(word)) ?? 'bench';
}
