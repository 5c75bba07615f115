import { Option } from 'commander';
import { exitCodes, usage } from '../../config/fault.ts';
import type { AttackResult, RlsFinding } from '../../result/result.ts';
import { attacksText } from '../attacks-text.ts';
import { command } from '../command.ts';
import { type DataOptions, dataOptions } from '../options.ts';

export const policies = command<DataOptions & { waivers?: string; attack?: true }>(
  'policies',
  'what is wrong with the row-level security policies, its fix, and what reading costs before and after',
  {
    options: [
      new Option('--waivers <file>', 'findings to live with, one a line: rule object: reason'),
      new Option(
        '--attack',
        'try every known way past the policies on a copy, as the application’s login through primary, pooler and replica',
      ),
      ...dataOptions(),
    ],
    example: './olympus policies --attack --scale tiny',
    load: async () => {
      const { judgePolicies, judgeProjectPolicies, unresolved } = await import(
        '../../bench/rls/policies/judge.ts'
      );
      const { databaseName } = await import('../../infra/local/login.ts');
      const { connect } = await import('../../infra/topology/session.ts');
      const { findTenants } = await import('../../scenarios/tenants.ts');
      const { bringUp } = await import('../bring-up.ts');
      const { dataPlan, keptData } = await import('../data-plan.ts');
      const { prepareDataset } = await import('../prepare-dataset.ts');
      return async (context, options) => {
        const plan = dataPlan(options);
        const { project } = context;
        if (options.attack && project.data === 'asIs')
          throw usage(
            'The ways past the policies are typed at the tables of the shop, which this project has not.',
            'Whether a tenant sees a row of another is read by: ./olympus bench --only rls; what is wrong with the policies is listed by: ./olympus policies',
          );
        await using topology = await bringUp(context, {
          topology: options.topology,
          lifetime: 'tied',
          kept: keptData(plan),
        });
        await prepareDataset(context, topology, plan);
        if (options.attack) {
          const { runAttacks } = await import('../../bench/rls/attacks/run-attacks.ts');
          context.progress.stage('attacks');
          const attacks = await runAttacks({
            topology,
            database: topology.get('primary').database ?? databaseName,
            signal: context.signal,
            count: (done, of) => context.progress.count(done, of, 'ways in'),
          });
          context.answer({ attacks }, attacksText(attacks));
          return attacks.some(gotThrough) ? exitCodes.regression : exitCodes.done;
        }
        context.progress.stage('policies');
        const database = topology.get('primary').database ?? databaseName;
        if (project.data === 'asIs') {
          const found = await judgeProjectPolicies({ topology, database, project }, options.waivers);
          context.answer(
            { findings: found },
            `${findingsText(found)} No fix was tried: this database is only read.`,
          );
          return unresolved(found).length > 0 ? exitCodes.regression : exitCodes.done;
        }
        await using session = await connect(topology.get('primary').url('admin'));
        const tenants = await findTenants(session, project.tenants);
        const findings = await judgePolicies({ topology, database, tenants }, options.waivers);
        context.answer({ findings }, findingsText(findings));
        return unresolved(findings).length > 0 ? exitCodes.regression : exitCodes.done;
      };
    },
  },
);

/** Through an endpoint that is there, what could not be checked has not been held. */
const gotThrough = ({ outcome, reached }: AttackResult): boolean =>
  outcome === 'leaked' || (outcome === 'unchecked' && reached);

function findingsText(findings: readonly RlsFinding[]): string {
  const open = findings.filter(({ waived }) => waived === null);
  const waived = findings.length - open.length;
  return [
    ...findings.map(findingText),
    `${open.length} findings${waived > 0 ? `, and ${waived} waived` : ''}.`,
  ].join('\n');
}

function findingText({ severity, rule, message, fix, waived, price, visible }: RlsFinding): string {
  const lines = [`${waived === null ? severity : 'waived'}: ${rule}: ${message}`];
  if (waived !== null) return [...lines, `  because ${waived}`].join('\n');
  lines.push(`  fix: ${fix === null ? 'only its author can know' : `${fix};`}`);
  if (price)
    lines.push(`  reading ${price.read}: ${costText(price.before)}; after the fix ${costText(price.after)}`);
  if (visible) lines.push(`  visible rows after the fix: ${visible}`);
  return lines.join('\n');
}

const costText = ({ ms, buffers, why }: NonNullable<RlsFinding['price']>['before']): string =>
  ms === null ? (why ?? 'not measured') : `${Number(ms.toPrecision(3))} ms, ${buffers ?? '?'} buffers`;
