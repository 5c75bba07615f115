import { Option } from 'commander';
import { exitCodes, usage } from '../config/fault.ts';
import { command } from './command.ts';

export type DataOptions = { scale: string; seed: string; streams: string; topology: string };

export const dataOptions = () => [
  new Option('--scale <scale>', 'tiny, small, medium, large or a number of tenants').default('small'),
  new Option('--seed <n>', 'seed of every random choice').default('1'),
  new Option('--streams <n>', 'parallel COPY streams').default('2'),
  new Option('--topology <name>', 'which topology').default('local'),
];

/** @throws Fault (usage) when `text` is no integer in [least, most]. */
export function integer(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw usage(`${flag} takes an integer from ${least} to ${most}, not "${text}".`, `For example: ${flag} ${least}`);
}

export const seed = command('seed', 'fill the database with the data set', {
  options: [...dataOptions(), new Option('--verify', 'check what is loaded, load nothing')],
  example: './olympus up && ./olympus seed --scale tiny',
  load: async () => {
    const { bringUp } = await import('./bring-up.ts');
    const { prepareDataset } = await import('./prepare-dataset.ts');
    const { verifyDataset } = await import('../generators/verify.ts');
    const { connect } = await import('../infra/topology/session.ts');
    return async (context, options: DataOptions & { verify?: boolean }) => {
      await using topology = await bringUp(context, { topology: options.topology, lifetime: 'tied' });
      if (options.verify) {
        await using session = await connect(topology.get('primary').url('admin'));
        const findings = await verifyDataset(session);
        context.answer(
          { ok: findings.length === 0, findings },
          findings.length === 0 ? 'The data set is as generated.' : findings.join('\n'),
        );
        return findings.length === 0 ? undefined : exitCodes.regression;
      }
      const { digest, seconds, tables } = await prepareDataset(context, topology, options);
      context.answer(
        { digest, seconds, tables },
        tables.map(({ name, rows }) => `${name.padEnd(28)} ${rows.toLocaleString('en').padStart(12)}`).join('\n'),
      );
      return undefined;
    };
  },
});
