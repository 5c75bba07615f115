import { connect } from '../../../infra/topology/session.ts';
import type { MigrationResult } from '../../../result/measures/migration.ts';
import { makeEmptyDatabase } from '../../own-database.ts';
import { cloneDatabase } from '../../variant/clone.ts';
import { type DrillSetting, NotHere, type OwnDrill } from '../drill.ts';
import { type FileSetting, measureFile } from './measure-file.ts';
import { type MigrationFile, readMigrationFiles } from './migration-file.ts';
import { patternFile, patternSetup, patterns, ways } from './patterns.ts';

const described = {
  name: 'migration',
  what: 'six patterns without downtime beside their unsafe ways, or your own FILE: locks, queue, verdict; --plan predicts',
  wants: [],
  inAll: true,
  ownLoad:
    'statements on the very tables that a migration changes (name yours in the file: -- load: SELECT ...)',
} as const;

/** The shipped patterns, up and down, in a database of their own. */
export const migrationPatterns: OwnDrill = {
  ...described,
  async run(setting) {
    await using made = await makeEmptyDatabase(setting.topology.get('primary'), 'patterns');
    const url = setting.topology.get('primary').url('admin', made.database);
    {
      await using session = await connect(url, 'olympus-migration');
      await session.query(await patternSetup());
    }
    const all: MigrationResult[] = [];
    for (const pattern of patterns)
      for (const way of ways) {
        setting.progress.note(`migration: ${pattern}, the ${way} way`);
        all.push(...(await upAndDown(await patternFile(pattern, way), url, setting, { pattern, way })));
        setting.soFar?.({ migration: [...all] });
      }
    return { migration: all };
  },
};

/** The user's file, or every file of the folder, on a copy of the database: up in order, and down in reverse. */
export const migrationOf = (path: string): OwnDrill => ({
  ...described,
  async run(setting) {
    const files = await readMigrationFiles(path);
    const primary = setting.topology.get('primary');
    if (primary.provider === 'external')
      throw new NotHere(
        'it runs on a copy of the database, and this server is yours',
        'Drill it on a local topology, or predict it on yours: ./olympus drill migration FILE --plan --database URL',
      );
    await using copy = await cloneDatabase(primary, setting.database, 'migration');
    const url = primary.url('admin', copy.database);
    const all: MigrationResult[] = [];
    const run = async (file: MigrationFile, direction: 'up' | 'down') => {
      setting.progress.note(`migration: ${file.file}`);
      all.push(
        ...(await measureFile(file, settingOf(url, setting, { pattern: null, way: null, direction }))),
      );
      setting.soFar?.({ migration: [...all] });
    };
    for (const file of files) await run(file, 'up');
    for (const { down } of files.toReversed()) {
      if (!down) break; // what lies below one that cannot be taken back cannot either
      await run(down, 'down');
    }
    return { migration: all };
  },
});

async function upAndDown(
  file: MigrationFile,
  url: string,
  setting: DrillSetting,
  label: Pick<MigrationResult, 'pattern' | 'way'>,
): Promise<MigrationResult[]> {
  return [
    ...(await measureFile(file, settingOf(url, setting, { ...label, direction: 'up' }))),
    ...(file.down
      ? await measureFile(file.down, settingOf(url, setting, { ...label, direction: 'down' }))
      : []),
  ];
}

/** ms; half of it between two statements. */
const patternAroundMs = 600;

const settingOf = (
  url: string,
  { options, signal }: DrillSetting,
  label: FileSetting['label'],
): FileSetting => ({
  ...{ url, signal, label, rate: options.rate },
  aroundMs: label.pattern === null ? options.duration : Math.min(options.duration, patternAroundMs),
});
