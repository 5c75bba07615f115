import { usage } from '../../config/fault.ts';
import type { Project } from '../../project/project.ts';
import { namedStatements } from '../../scenarios/load-scenario.ts';
import { isShipped, scenarioScript } from '../../scenarios/load-scripts.ts';
import type { Statement } from '../../scenarios/statement.ts';

/** The shop's storefront; of another project all that its catalogue reads, by its weights. */
export const usualScenario = ({ data }: Pick<Project, 'data'>): string =>
  data === 'generated' ? 'storefront' : 'mixed';

/**
 * The path of a scenario's script, by a name of the project's own, a shipped one, or a path.
 * @throws Fault (usage) for a name that there is not, and for a shipped script that asks what only the shop's catalogue has
 */
export function scenarioFor(
  { scenarios, data }: Pick<Project, 'scenarios' | 'data'>,
  name: string,
  catalogue: readonly Statement[],
): string {
  const script = scenarioScript(name, scenarios);
  if (data === 'generated' || !isShipped(script)) return script;
  const known = new Set(catalogue.map((statement) => statement.name));
  const missing = namedStatements(script).find((statement) => !known.has(statement));
  if (missing === undefined) return script;
  throw usage(
    `The scenario "${name}" asks for ${missing}, a statement of the shop that this project does not have.`,
    'Offer what the project has, by its weights: ./olympus load mixed --rate 50; or write scenarios/NAME.ts, see docs/load.md.',
  );
}
