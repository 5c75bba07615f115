import { connect } from '../../infra/topology/session.ts';
import type { Warning } from '../../result/result.ts';
import { readServerSettings } from '../host/environment.ts';
import type { ReadySide } from './side.ts';

const shown = 12;
/** What a server cannot but have of its own. */
const own = /^(port|cluster_name|data_directory|listen_addresses|unix_socket_directories)$/;

/** Two servers are two fingerprints: what they differ in besides the data, which is the same. */
export async function serversDiffer([a, b]: readonly [ReadySide, ReadySide]): Promise<Warning[]> {
  if (a.home === b.home) return [];
  const [x, y] = [await settingsOf(a), await settingsOf(b)];
  const differing = [...new Set([...Object.keys(x), ...Object.keys(y)])]
    .filter((name) => !own.test(name) && x[name] !== y[name])
    .map((name) => `${name} ${x[name] ?? '(not there)'} | ${y[name] ?? '(not there)'}`);
  const more = differing.length > shown ? ` and ${differing.length - shown} more` : '';
  return [
    {
      code: 'two-servers',
      message: `A is ${a.home.version}, B is ${b.home.version}: two servers, loaded by the same generator. Settings that differ (A | B): ${differing.slice(0, shown).join('; ') || 'none'}${more}.`,
      advice:
        'Rows, pages and times are compared. Costs are not: between versions they do not mean the same. Pages may lie in another order.',
    },
  ];
}

async function settingsOf({ home, database }: ReadySide): Promise<Record<string, string>> {
  await using session = await connect(home.url('admin', database), 'olympus-compare');
  return await readServerSettings(session);
}
