/**
 * The one-shot service `settings` of infra/compose/alone: writes the settings and secrets of the topology into a volume
 * at its first start, and says the connection strings.
 *
 *   node infra/docker/alone.ts write|urls [FOLDER]       passwords from OLYMPUS_*_PASSWORD and OLYMPUS_SECRET, ports from PORTS
 */
import { existsSync } from 'node:fs';
import { Fault, usage } from '../../config/fault.ts';
import {
  accounts,
  localEndpoint,
  localUrl,
  newPasswords,
  newSecret,
  type Passwords,
} from '../local/login.ts';
import { type EndpointName, logins } from '../topology/endpoint.ts';
import { writeFlat } from './files.ts';
import { readState, stateWith, writePrivate, writeState } from './state.ts';

const [verb = 'write', folder = '/settings'] = process.argv.slice(2);
const named = {
  app: process.env.OLYMPUS_APP_PASSWORD || undefined,
  owner: process.env.OLYMPUS_OWNER_PASSWORD || undefined,
  admin: process.env.OLYMPUS_ADMIN_PASSWORD || undefined,
};
const ports = Object.fromEntries(
  (process.env.PORTS ?? '')
    .split(/\s+/)
    .filter(Boolean)
    .map((pair) => {
      const [part = '', port = ''] = pair.split('=');
      return [part, Number(port)];
    }),
) as Partial<Record<EndpointName, number>>;

try {
  if (verb === 'urls') say();
  else if (verb === 'write') await write();
  else throw usage(`There is no "${verb}".`, 'It is write or urls.');
} catch (error) {
  process.stderr.write(`settings: ${(error as Error).message}\n`);
  if (error instanceof Fault) process.stderr.write(`  next: ${error.next}\n`);
  process.exitCode = 2;
}

/** Later starts keep what the servers were made with: another password than that would let nobody in. */
async function write(): Promise<void> {
  const state = readState(folder) ?? stateWith(chosenPasswords(), process.env.OLYMPUS_SECRET || newSecret());
  const differs = (['app', 'owner', 'admin'] as const).filter(
    (login) => named[login] !== undefined && named[login] !== state.passwords[login],
  );
  if (differs.length > 0)
    throw usage(
      `The topology was made with other passwords of ${differs.join(', ')} than the variables name.`,
      'Leave OLYMPUS_*_PASSWORD out, or begin anew: docker compose down --volumes',
    );
  if (!existsSync(folder)) throw usage(`There is no folder ${folder}.`, 'Mount the volume settings there.');
  await writeState(folder, state);
  await writeFlat(folder, state);
  const inside = localUrl(accounts.admin, state.passwords.admin, 5432, 'olympus').replace(
    '127.0.0.1',
    'primary',
  );
  await writePrivate(`${folder}/admin.url`, inside);
}

function chosenPasswords(): Passwords {
  const chosen = Object.entries(named).filter(([, password]) => password !== undefined);
  for (const [login, password] of chosen)
    if (!/^[\w.~-]{8,}$/.test(password!))
      throw usage(
        `OLYMPUS_${login.toUpperCase()}_PASSWORD is not of at least eight letters, digits, "_", ".", "~" or "-".`,
        'Choose such a one: it stands in files and URLs.',
      );
  return { ...newPasswords(), ...Object.fromEntries(chosen) };
}

function say(): void {
  const state = readState(folder);
  if (!state) throw usage('Nothing was started yet.', 'docker compose up --detach');
  for (const [part, port] of Object.entries(ports) as [EndpointName, number][]) {
    const place = localEndpoint(part, { pid: 0, port }, '', state);
    const distinct = new Set(logins.map((login) => place.url(login)));
    for (const url of distinct) process.stdout.write(`${part.padEnd(10)} ${url}\n`);
  }
}
