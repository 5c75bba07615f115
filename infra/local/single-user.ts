import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { missing } from '../../config/fault.ts';
import { seconds } from '../../config/units.ts';
import { stopChild } from '../process/stop.ts';
import { spawnTied } from '../process/tied.ts';
import { giveTo, type Site, serverEnvironment } from './local-topology.ts';
import { postgresSettings, settingsFile } from './postgres-settings.ts';

/**
 * Runs commands on a data directory without a server: nobody can connect meanwhile, and none of them is logged. What
 * WAL there is is replayed first; at the end everything is in the data files and the WAL is as small as it gets.
 * https://www.postgresql.org/docs/current/app-postgres.html#APP-POSTGRES-SINGLE-USER
 *
 * @param commands one line each
 * @throws Fault (component) with PostgreSQL's first error
 */
export async function runSingleUser(site: Site, folder: string, commands: readonly string[]): Promise<void> {
  site.signal.throwIfAborted();
  const settings = join(folder, 'olympus.conf'); // postgresql.conf includes it
  const smallest = { min_wal_size: '32MB', shared_buffers: '64MB', shared_preload_libraries: '' };
  await writeFile(settings, settingsFile({ ...postgresSettings(), ...smallest }), { mode: 0o600 });
  await giveTo(site, settings);
  const child = spawnTied(join(site.build.bin, 'postgres'), ['--single', '-F', '-D', folder, 'postgres'], {
    cwd: folder,
    env: serverEnvironment(site),
    user: site.account,
    deathSignal: 'KILL',
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (text) => (said += text));
  child.stdin!.on('error', () => {}); // it ended early: its words and code say why
  const stop = () => void stopChild(child, { signal: 'SIGTERM', deadline: seconds(5) });
  site.signal.addEventListener('abort', stop, { once: true });
  try {
    const closed = once(child, 'close');
    child.stdin!.end(commands.map((command) => `${command}\n`).join(''));
    const [code] = await closed;
    site.signal.throwIfAborted();
    const wrong = /(?:ERROR|FATAL|PANIC): .*/.exec(said)?.[0];
    if (code !== 0 || wrong)
      throw missing(
        `PostgreSQL ${site.build.version} cannot work on ${folder}: ${wrong ?? said.trim().split('\n').at(-1) ?? `it ended with code ${code}`}`,
        'The line above is the end of what it said.',
      );
    await rm(settings);
  } finally {
    site.signal.removeEventListener('abort', stop);
  }
}
