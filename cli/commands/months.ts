import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import type { Month } from '../../migrations/months.ts';
import { command } from '../command.ts';
import { databaseOption, databaseUrl } from '../database-url.ts';
import { requireWritable } from '../require-writable.ts';
import { type TopologyOptions, topologyOptions } from '../topology-options.ts';

const verbs = ['list', 'attach', 'detach', 'archive'];

export const months = command<TopologyOptions & { database?: string }>(
  'months [verb] [month]',
  'the months of orders and their items: list, detach MONTH (writers go on), attach MONTH, archive MONTH (a detached one)',
  {
    options: [...topologyOptions(), databaseOption()],
    example: './olympus up && ./olympus migrate && ./olympus months list',
    load: async () => {
      const { bringUp } = await import('../bring-up.ts');
      const { connect } = await import('../../infra/topology/session.ts');
      const { verifyMigrations } = await import('../../migrations/runner.ts');
      const { archiveMonth, attachMonth, detachMonth, monthsOf } = await import('../../migrations/months.ts');
      return async (context, { topology, database }, verb = 'list', month?: string) => {
        if (!verbs.includes(verb)) throw usage(`months cannot "${verb}".`, suggest(verb, verbs));
        if (verb !== 'list' && !month)
          throw usage(`months ${verb} needs a month.`, `For example: ./olympus months ${verb} 2025-01`);
        const own = database === undefined ? undefined : databaseUrl(database);
        await using up = own
          ? undefined
          : await bringUp(context, { topology, lifetime: 'tied', looks: verb === 'list' });
        if (up && verb !== 'list') await requireWritable(up);
        await using session = await connect(own ?? up!.get('primary').url('admin'));
        await verifyMigrations(session);
        if (verb === 'list') {
          const all = await monthsOf(session);
          context.answer({ months: all }, all.map(line).join('\n'));
          return undefined;
        }
        context.progress.stage(verb);
        const archived =
          verb === 'archive'
            ? await archiveMonth(session, month!, { progress: context.progress, signal: context.signal })
            : undefined;
        if (verb === 'detach') await detachMonth(session, month!);
        if (verb === 'attach') await attachMonth(session, month!);
        const now = (await monthsOf(session)).find((one) => one.month === month);
        context.answer({ ...now, ...(archived && { archived }) }, now ? line(now) : `${month} is gone.`);
        return undefined;
      };
    },
  },
);

function line({ month, state, orders, items, bytes }: Month): string {
  const count = (value: number | null) => (value === null ? 'not analyzed' : value.toLocaleString('en'));
  return `${month}  ${state.padEnd(9)}  ${count(orders).padStart(12)} orders  ${count(items).padStart(12)} items  ${(bytes / 1e6).toFixed(1).padStart(9)} MB`;
}
