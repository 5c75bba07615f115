import { usage } from '../../../config/fault.ts';
import { createBackup } from '../../../infra/backup/create-backup.ts';
import {
  type DatabaseDigest,
  databaseDigest,
  digestDifferences,
} from '../../../infra/backup/database-digest.ts';
import type { RecoveryTarget } from '../../../infra/backup/recovery-target.ts';
import { targetText } from '../../../infra/backup/recovery-target.ts';
import { restoreServer } from '../../../infra/backup/restore-server.ts';
import { connect } from '../../../infra/topology/session.ts';
import type { RecoveryResult } from '../../../result/measures/recovery.ts';
import type { Result } from '../../../result/result.ts';
import { pause } from '../../pause.ts';
import { cloneDatabase } from '../../variant/clone.ts';
import type { DrillSetting, OwnDrill } from '../drill.ts';
import { judgeLedger } from '../judge-ledger.ts';
import { type LedgerLoad, startLedgerLoad } from '../ledger-load.ts';
import { createLedger, readLedger } from '../ledger-table.ts';
import { pgClient } from '../pg-client.ts';
import type { DrillRequest } from '../request.ts';
import { type BackupPlace, backupPlace } from './backup-place.ts';
import { lostSpan } from './lost-span.ts';

/** What a case has to work with: a copy of the measured database, which may be damaged. */
export interface RecoveryScene {
  readonly setting: DrillSetting;
  readonly place: BackupPlace;
  /** The copy. */
  readonly database: string;
  /** An administrator's, of the copy. */
  readonly url: string;
  /** Begins the ledger's writes, at the rate that was asked for. */
  write(): LedgerLoad;
}

/** What happened, and what is to be restored. */
export interface Disaster {
  readonly target: RecoveryTarget;
  /** By performance.now(): the moment that is to be restored. */
  readonly at: number;
  /** Every write that was due until then. */
  readonly requests: readonly DrillRequest[];
  /** The rows as they are to be found; tables that were written all the time are left out by `compared`. */
  readonly digest: DatabaseDigest;
  readonly compared: (table: string) => boolean;
  readonly archiveTimeoutSeconds: number | null;
}

export interface RecoveryCase {
  readonly name: string;
  readonly promise: RecoveryResult['promise'];
  /** After the base backup, while nothing is written. */
  happen(scene: RecoveryScene): Promise<Disaster>;
  /** The source works again. */
  heal(scene: RecoveryScene): Promise<void>;
}

/** Each case in turn: a base backup under load, the disaster, a restore into a server of its own, and what it holds. */
export const recoveryDrill = (
  name: RecoveryResult['name'],
  what: string,
  cases: readonly RecoveryCase[],
): OwnDrill => ({
  ...{ name, what, wants: [], inAll: true },
  ownLoad: 'the ledger’s writes to a copy of the data, which is hashed while nothing else may change it',
  async run(setting: DrillSetting): Promise<Partial<Result>> {
    const chosen = casesOf(name, cases, setting.options.only);
    await using place = await backupPlace(setting);
    const primary = setting.topology.get('primary');
    const recovery: RecoveryResult[] = [];
    for (let repetition = 1; repetition <= setting.options.repeat; repetition++)
      for (const one of chosen) {
        setting.event(
          `${one.name}${setting.options.repeat > 1 ? `, ${repetition} of ${setting.options.repeat}` : ''}`,
        );
        await using copy = await cloneDatabase(primary, setting.database, setting.database);
        const url = primary.url('admin', copy.database);
        const scene: RecoveryScene = {
          ...{ setting, place, database: copy.database, url },
          write: () => ledgerWrites(setting, primary.url('app', copy.database)),
        };
        await createLedger(url);
        recovery.push(await once(name, one, repetition, scene));
      }
    return { recovery };
  },
});

/** @throws Fault (usage) when none has these words in its name */
function casesOf(
  drill: string,
  cases: readonly RecoveryCase[],
  only: string | null,
): readonly RecoveryCase[] {
  const chosen = only === null ? cases : cases.filter(({ name }) => name.includes(only));
  if (chosen.length > 0) return chosen;
  throw usage(
    `${drill} has no case with "${only}" in its name.`,
    `There is: ${cases.map(({ name }) => name).join('; ')}.`,
  );
}

async function once(
  name: RecoveryResult['name'],
  one: RecoveryCase,
  repetition: number,
  scene: RecoveryScene,
): Promise<RecoveryResult> {
  const { setting, place, url, database } = scene;
  const { options, signal, progress } = setting;
  const load = scene.write();
  let backup: Awaited<ReturnType<typeof createBackup>>;
  try {
    await pause(Math.min(options.duration, 1000), signal);
    backup = await createBackup(await place.own(), place.repository, { url, hashRows: false });
  } finally {
    await load.stop();
  }
  setting.event(`a base backup was taken under load (${(backup.bytes / 1e6).toFixed(0)} MB)`);
  let disaster: Disaster;
  try {
    disaster = await one.happen(scene);
  } finally {
    await one.heal(scene);
  }
  const { site } = await place.own();
  const { topology, restored, tookMs } = await restoreServer(
    place.repository,
    { backup, target: disaster.target },
    { lifetime: 'tied', postgres: site.build.bin, progress, signal },
  );
  await using server = topology;
  const restoredUrl = server.get('primary').url('admin', database);
  const requests = [...load.requests, ...disaster.requests];
  const judged = judgeLedger(requests, await readLedger(restoredUrl));
  const rows = await compare(restoredUrl, disaster);
  return {
    ...{ name, case: one.name, repetition, method: backup.method, promise: one.promise },
    ...{ sizeBytes: backup.bytes, backupMs: backup.tookMs, restoreMs: tookMs },
    ...{ copyMs: restored.copyMs, recoverMs: restored.recoverMs, walFiles: restored.log.walFiles },
    target: targetText(disaster.target),
    archiveTimeoutSeconds: disaster.archiveTimeoutSeconds,
    ...lostSpan(requests, await readLedger(restoredUrl), disaster.at),
    ...rows,
    ...judged,
  };
}

async function compare(
  url: string,
  { digest, compared }: Disaster,
): Promise<Pick<RecoveryResult, 'digestEqual' | 'digestWhy'>> {
  try {
    await using session = await connect(url, 'olympus-drill');
    const only = (one: DatabaseDigest) => ({
      ...one,
      tables: one.tables.filter(({ table }) => compared(table)),
    });
    const [wanted, found] = [only(digest), only(await databaseDigest(session))];
    const differences = digestDifferences(wanted, found);
    const rows = wanted.tables.reduce((sum, table) => sum + table.rows, 0);
    if (differences.length > 0) return { digestEqual: false, digestWhy: differences.slice(0, 3).join(' ') };
    return rows === 0
      ? { digestEqual: null, digestWhy: 'no table had a row to compare' }
      : { digestEqual: true, digestWhy: `all ${rows} rows of ${wanted.tables.length} tables are the same` };
  } catch (error) {
    return {
      digestEqual: null,
      digestWhy: `the restored rows could not be read: ${(error as Error).message}`,
    };
  }
}

function ledgerWrites({ options }: DrillSetting, url: string): LedgerLoad {
  const clients = Math.min(16, Math.max(2, Math.ceil(options.rate / 4)));
  return startLedgerLoad([{ kind: 'write', rate: options.rate, clients, open: () => pgClient(url, 5000) }]);
}
