import type { MigrationPlan, PlannedStatement } from '../bench/drill/migration/plan-migration.ts';
import type { OwnDatabase } from '../bench/own-database.ts';
import { exitCodes } from '../config/fault.ts';
import type { Endpoint } from '../infra/topology/endpoint.ts';
import { bringUp } from './bring-up.ts';
import type { Context } from './command.ts';
import { databaseUrl } from './database-url.ts';
import type { TopologyOptions } from './topology-options.ts';

/** `drill migration --plan FILE`: predicts, and runs nothing of the file. Returns 0 safe, 1 unsafe, 3 cannot say. */
export async function answerMigrationPlan(
  context: Context,
  path: string,
  { topology, database }: TopologyOptions & { readonly database?: string },
): Promise<number> {
  const { readMigrationFiles } = await import('../bench/drill/migration/migration-file.ts');
  const { planMigration } = await import('../bench/drill/migration/plan-migration.ts');
  const { connect } = await import('../infra/topology/session.ts');
  const files = await readMigrationFiles(path);
  const own = database === undefined ? undefined : databaseUrl(database);
  await using up = own ? undefined : await bringUp(context, { topology, lifetime: 'tied', looks: true });
  await using made = own ? undefined : await shopSchema(context, up!.get('primary'));
  await using session = await connect(
    own ?? up!.get('primary').url('admin', ...(made ? [made.database] : [])),
  );
  await session.query('SET default_transaction_read_only = on');
  const plan = await planMigration(session, files);
  context.answer(planDocument(plan), planText(plan));
  return { safe: exitCodes.done, unsafe: exitCodes.regression, 'cannot say': exitCodes.inconclusive }[
    plan.verdict
  ];
}

/** The shop's schema without rows, in a database of its own, where a server of ours has none yet. */
async function shopSchema(context: Context, primary: Endpoint): Promise<OwnDatabase | undefined> {
  const { connect } = await import('../infra/topology/session.ts');
  const { markOf } = await import('../infra/topology/database-mark.ts');
  const { makeEmptyDatabase } = await import('../bench/own-database.ts');
  const { migrate } = await import('../migrations/runner.ts');
  await using session = await connect(primary.url('admin'));
  if (primary.provider === 'external' || (await markOf(session)).mark !== 'empty') return undefined;
  const made = await makeEmptyDatabase(primary, 'plan');
  try {
    await using admin = await connect(primary.url('admin', made.database));
    await migrate(admin, { progress: context.progress });
    return made;
  } catch (error) {
    await made[Symbol.asyncDispose]();
    throw error;
  }
}

const planDocument = ({ verdict, serverVersion, statements }: MigrationPlan) => ({
  verdict,
  serverVersion,
  statements: statements.map(
    ({ file, line, text, verdict: own, why, transaction, locks, rewritten, unknown }) => ({
      ...{ file, line, statement: text, verdict: own, why, transaction },
      rewritten: unknown.length > 0 && rewritten.length === 0 ? null : rewritten.length > 0,
      locks: locks.map(({ relation, mode }) => ({ relation, mode })),
    }),
  ),
});

const planText = ({ verdict, serverVersion, statements }: MigrationPlan): string =>
  [
    `${verdict.toUpperCase()}: predicted from the catalogue of PostgreSQL ${Math.floor(serverVersion / 10_000)}; nothing was run`,
    ...statements.filter(({ control }) => !control).flatMap(statementText),
  ].join('\n');

function statementText({ file, line, text, verdict, why, locks, rewritten }: PlannedStatement): string[] {
  const short = text.replaceAll(/\s+/g, ' ');
  const modes = Map.groupBy(locks, ({ mode }) => mode);
  return [
    `  ${file}:${line}: ${short.length > 100 ? `${short.slice(0, 99)}…` : short}`,
    `    ${verdict.toUpperCase()}: ${why}`,
    ...[...modes].map(([mode, of]) => `    ${mode} on ${firstOf(of.map(({ relation }) => relation))}`),
    ...(rewritten.length > 0 ? [`    rewritten: ${firstOf(rewritten)}`] : []),
  ];
}

const shown = 5;

const firstOf = (names: readonly string[]): string =>
  names.length > shown + 1
    ? `${names.slice(0, shown).join(', ')} and ${names.length - shown} more (--json names all)`
    : names.join(', ');
