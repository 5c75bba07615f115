import { silent } from '../config/progress.ts';
import { startLocal } from '../infra/local/local.ts';
import type { EndpointName } from '../infra/topology/endpoint.ts';
import { Topology } from '../infra/topology/topology.ts';
import { patience } from './patience.ts';
import { type ScratchSetting, scratchSetting } from './scratch-setting.ts';

/**
 * For tests: a seeded database on the test server, and beside it real services of a local topology, which are got on
 * first use. Disposing it stops and drops all.
 */
export async function settingWith(...parts: EndpointName[]): Promise<ScratchSetting> {
  await using owned = new AsyncDisposableStack();
  const local = owned.use(
    await startLocal({
      name: 'test_services',
      parts,
      lifetime: 'tied',
      progress: silent,
      signal: patience(),
    }),
  );
  const setting = owned.use(await scratchSetting());
  const primary = setting.topology.get('primary');
  const services = parts.map((part) => local.get(part)); // what is absent is told with its reason
  const all = owned.move();
  return {
    ...setting,
    topology: new Topology([primary, ...services], local.absent, async () => {}),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
