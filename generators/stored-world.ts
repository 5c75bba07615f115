import { missing } from '../config/fault.ts';
import type { Session } from '../infra/topology/session.ts';
import { checkSame, readMark } from './load/dataset.ts';
import { World } from './world.ts';

/**
 * The world whose rows the database holds, appended days included: what other stores are filled from, so that they
 * hold the same truth.
 * @throws Fault (component) when there is no complete data set, (usage) when it is of another generator version
 */
export async function storedWorld(session: Session): Promise<World> {
  const mark = await readMark(session);
  if (mark?.state !== 'ready')
    throw missing(
      'The database holds no complete data set of this generator.',
      'Make or complete one first: `./olympus seed`.',
    );
  const scale = { name: mark.scale, ...mark.counts };
  checkSame(mark, scale, mark.seed);
  return new World(mark.seed, scale, mark.appended);
}
