import { Option } from 'commander';
import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import { command } from '../command.ts';
import { databaseOption, databaseUrl } from '../database-url.ts';
import { integer } from '../options.ts';
import { requireWritable } from '../require-writable.ts';
import { type TopologyOptions, topologyOptions } from '../topology-options.ts';

const verbs = ['up', 'down', 'status', 'verify'];

export const migrate = command('migrate [verb] [version]', 'the schema: up, down VERSION, status, verify', {
  options: [
    ...topologyOptions(),
    databaseOption(),
    new Option(
      '--dir <dir>',
      'a folder of your own: NNNN_name.up.sql with NNNN_name.down.sql; into an empty database, or one that it made',
    ),
  ],
  example: `./olympus up && ./olympus migrate status
  $ ./olympus migrate up --dir db/migrations --database postgres://me:secret@127.0.0.1:5432/empty`,
  load: async () => {
    const { bringUp } = await import('../bring-up.ts');
    const { connect } = await import('../../infra/topology/session.ts');
    const runner = await import('../../migrations/runner.ts');
    const { restorePointsOf } = await import('../backup/record-points.ts');
    return async (
      context,
      { topology, database, dir }: TopologyOptions & { database?: string; dir?: string },
      verb = 'up',
      version?: string,
    ) => {
      if (!verbs.includes(verb)) throw usage(`migrate cannot "${verb}".`, suggest(verb, verbs));
      if (verb === 'down' && !version)
        throw usage(
          'migrate down needs the version to go down to.',
          'For example: ./olympus migrate down 0000 (everything)',
        );
      const own = database === undefined ? undefined : databaseUrl(database);
      const looks = verb === 'status' || verb === 'verify';
      await using up = own ? undefined : await bringUp(context, { topology, lifetime: 'tied', looks });
      await using session = await connect(own ?? up!.get('primary').url('admin'));
      context.progress.stage('schema');
      const onRestorePoint = up && (await restorePointsOf(context, up));
      const options = {
        progress: context.progress,
        ...(onRestorePoint && { onRestorePoint }),
        ...(dir !== undefined && { directory: dir }),
      };
      if (up && (verb === 'up' || verb === 'down')) await requireWritable(up);
      switch (verb) {
        case 'down': {
          const undone = await runner.migrateDown(
            session,
            integer('migrate down', version!, 0, 9999),
            options,
          );
          context.answer(undone, `${undone.ran.length} migrations undone.`);
          return undefined;
        }
        case 'status': {
          const rows = await runner.migrationStatus(session, options);
          context.answer(
            rows,
            rows
              .map((row) => `${String(row.version).padStart(4, '0')} ${row.state.padEnd(9)} ${row.name}`)
              .join('\n'),
          );
          return undefined;
        }
        case 'verify': {
          const rows = await runner.verifyMigrations(session, options);
          context.answer(rows, `All ${rows.length} applied migrations are the ones in their files.`);
          return undefined;
        }
        default: {
          const migrated = await runner.migrate(session, options);
          context.answer(migrated, `${migrated.ran.length} migrations applied.`);
          return undefined;
        }
      }
    };
  },
});
