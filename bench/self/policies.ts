import { suites } from '../../config/suites.ts';
import { connect } from '../../infra/topology/session.ts';
import { shop } from '../../project/shop.ts';
import { readCatalogue } from '../../scenarios/catalogue.ts';
import { findTenants } from '../../scenarios/tenants.ts';
import { measureOverheads } from '../rls/overheads.ts';
import { mutationName, type Outcome, policyMutations } from '../rls/policies/policy-mutations.ts';
import { seededDatabase } from '../seeded-database.ts';
import { atLeast, atMost, type Goal, type SelfContext, type SelfTest } from './goal.ts';

/** Row-level security: whether a wrong policy is noticed, and how long measuring every statement takes. */
export const policies: SelfTest = async (context) => [
  await mutationsNoticed(context),
  await everythingMeasured(context),
];

async function mutationsNoticed(context: SelfContext): Promise<Goal> {
  context.progress.note('Every policy is made wrong in turn.');
  await using database = await seededDatabase(context, `${context.database}_tiny`, {
    scale: 'tiny',
    seed: context.seed,
  });
  await using admin = await connect(
    context.topology.get('primary').url('admin', database.name),
    'olympus-self',
  );
  const [own, other] = await findTenants(admin, shop.tenants);
  const outcomes = await policyMutations(admin, own!, other!, { signal: context.signal });
  const noticed = outcomes.filter(({ caught }) => caught !== null);
  return atLeast(
    'wrong policies noticed',
    (100 * noticed.length) / outcomes.length,
    100,
    '%',
    howNoticed(outcomes),
  );
}

function howNoticed(outcomes: readonly Outcome[]): string {
  const by = (caught: Outcome['caught']) => outcomes.filter((each) => each.caught === caught);
  const missed = by(null).map(({ mutation }) => mutationName(mutation));
  return [
    `${outcomes.length} ways to remove, weaken or halve a policy: ${by('read').length} noticed by the rows read,`,
    `${by('write').length} by a write tried, ${by('lint').length} by the linter alone (no row behaves otherwise)`,
    missed.length > 0 ? `; not noticed: ${missed.join(', ')}.` : '.',
  ]
    .join(' ')
    .replace(/ ([;.])/g, '$1');
}

/** Seconds of the goal, and what of it the pairs may take: copying and the last statements need the rest. */
const goalSeconds = 90;
const pairsMs = 55_000;

async function everythingMeasured(context: SelfContext): Promise<Goal> {
  const { topology, seed, progress, signal } = context;
  progress.note('Every statement for three tenants in four forms, at the default scale.');
  await using database = await seededDatabase(context, `${context.database}_small`, {
    scale: 'small',
    seed: context.seed,
  });
  const tenants = await (async () => {
    await using admin = await connect(topology.get('primary').url('admin', database.name), 'olympus-self');
    return await findTenants(admin, shop.tenants);
  })();
  const statements = await readCatalogue();
  const start = performance.now();
  const setting = { topology, database: database.name, budget: suites.quick, seed, progress, signal };
  const all = await measureOverheads(setting, { statements, tenants, time: pairsMs });
  const seconds = (performance.now() - start) / 1000;
  const withInterval = all.filter(({ low }) => low !== null).length;
  const unmeasured = all.filter(({ ratio }) => ratio === null);
  const names = [...new Set(unmeasured.map(({ statement }) => statement))];
  return atMost(
    `${statements.length} statements x ${tenants.length} tenants x 4 forms of the policies`,
    seconds,
    goalSeconds,
    's',
    `${all.length} overheads, ${withInterval} with an interval, ${unmeasured.length} without a ratio${names.length > 0 ? ` (${names.join(', ')})` : ''}.`,
  );
}
