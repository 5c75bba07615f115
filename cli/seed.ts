import { Option } from 'commander';
import { exitCodes } from '../config/fault.ts';
import { command } from './command.ts';
import { type DataOptions, dataOptions } from './options.ts';

export const seed = command('seed', 'fill the database with the data set', {
  options: [...dataOptions(), new Option('--verify', 'check what is loaded, load nothing')],
  example: './olympus up && ./olympus seed --scale tiny',
  load: async () => {
    const { bringUp } = await import('./bring-up.ts');
    const { dataPlan } = await import('./data-plan.ts');
    const { prepareDataset } = await import('./prepare-dataset.ts');
    const { verifyDataset } = await import('../generators/verify.ts');
    const { connect } = await import('../infra/topology/session.ts');
    return async (context, options: DataOptions & { verify?: boolean }) => {
      const plan = dataPlan(options);
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
      const { digest, seconds, tables } = await prepareDataset(context, topology, plan);
      context.answer(
        { digest, seconds, tables },
        tables
          .map(({ name, rows }) => `${name.padEnd(28)} ${rows.toLocaleString('en').padStart(12)}`)
          .join('\n'),
      );
      return undefined;
    };
  },
});
