import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import type { Statement } from '../../scenarios/statement.ts';

/**
 * The statements that `--only` names, by their name ("orders/recent") or their group ("orders"); all without it.
 * @throws Fault (usage) for a word that is neither, naming the nearest that is
 */
export function selectStatements(
  catalogue: readonly Statement[],
  only: string | undefined,
): readonly Statement[] {
  if (only === undefined) return catalogue;
  const words = only.split(',').map((word) => word.trim());
  const groups = new Set(catalogue.map(({ name }) => name.split('/')[0]!));
  const known = [...groups, ...catalogue.map(({ name }) => name)];
  for (const word of words)
    if (!known.includes(word)) throw usage(`There is no statement or group "${word}".`, suggest(word, known));
  return catalogue.filter(({ name }) => words.includes(name) || words.includes(name.split('/')[0]!));
}
