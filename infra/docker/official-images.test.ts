import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { cacheFolder } from '../setup/cache-folder.ts';
import { findProgram } from '../setup/program.ts';
import { findCompose } from './engine.ts';
import { writeFiles } from './files.ts';
import { newState } from './state.ts';

// The official images cannot be run everywhere: what compose.yaml asks of each is held against what its makers
// document of it. A word of compose.yaml that is not in these tables is one that nobody promised.

interface Documented {
  readonly image: RegExp;
  /** Of an image that we build: the official one below it. */
  readonly base?: RegExp;
  /** Of the container, and where its data are; the pooler keeps none. */
  readonly port: number;
  readonly data: string | null;
  /** Variables that it reads. */
  readonly environment: readonly string[];
  /** Programs of the image that the start and the health check call; of a shell script the first word of each command. */
  readonly programs: readonly string[];
  /** What answers without a login when it is ready. */
  readonly health: RegExp;
  readonly source: string;
}

const postgres = {
  image: /^olympus-bench\/postgres:18\.\d+$/,
  base: /^postgres:18\.\d+-trixie@sha256:[0-9a-f]{64}$/,
  port: 5432,
  data: '/var/lib/postgresql', // of 18 and later; before it was /var/lib/postgresql/data
  source: 'https://hub.docker.com/_/postgres',
};
const replica = {
  ...postgres,
  environment: ['PGDATA', 'OLYMPUS_SLOT'], // the second is our script's, in our image
  programs: ['olympus-replica', 'sh', 'psql', 'grep'],
  health: /psql .* 'SELECT status FROM pg_stat_wal_receiver' \| grep -qx streaming$/,
};

const documented: Readonly<Record<string, Documented>> = {
  replica1: replica,
  replica2: replica,
  pooler: {
    image: /^olympus-bench\/pooler:trixie$/,
    base: /^debian:trixie-slim@sha256:[0-9a-f]{64}$/,
    port: 6432,
    data: null,
    environment: [],
    programs: ['pg_isready'],
    health: /^pg_isready -q -h 127\.0\.0\.1 -p 6432 -U olympus_admin -d pgbouncer$/,
    source: 'https://www.pgbouncer.org/config.html',
  },
  primary: {
    ...postgres,
    environment: ['PGDATA', 'POSTGRES_USER', 'POSTGRES_DB', 'POSTGRES_PASSWORD_FILE', 'POSTGRES_INITDB_ARGS'],
    programs: ['olympus-primary', 'pg_isready'],
    health: /^pg_isready -q -h 127\.0\.0\.1 -U olympus_admin -d olympus$/,
  },
  cache: {
    image: /^redis:8\.\d+\.\d+$/,
    port: 6379,
    data: '/data',
    environment: [],
    programs: ['sh', 'install', 'cd', 'setpriv', 'redis-server', 'redis-cli', 'grep', 'cat'],
    health: /redis-cli -p 6379 ping \| grep -qx PONG$/,
    source: 'https://hub.docker.com/_/redis',
  },
  vector: {
    image: /^qdrant\/qdrant:v1\.1\d\.\d+@sha256:[0-9a-f]{64}$/,
    port: 6333,
    data: '/qdrant/storage',
    environment: ['QDRANT__TELEMETRY_DISABLED'],
    programs: ['bash', '3', 'printf', 'grep'],
    health: /\/dev\/tcp\/127\.0\.0\.1\/6333.*GET \/(readyz|livez|healthz) HTTP.* grep -q ' 200 ' <&3$/,
    source: 'https://qdrant.tech/documentation/guides/configuration/',
  },
  olap: {
    image: /^clickhouse\/clickhouse-server:2[56]\.\d+\.\d+\.\d+$/,
    port: 8123,
    data: '/var/lib/clickhouse',
    environment: ['CLICKHOUSE_SKIP_USER_SETUP'],
    programs: ['bash', 'install', '/entrypoint.sh', 'wget'],
    health: /^wget -q -O \/dev\/null http:\/\/127\.0\.0\.1:8123\/ping$/,
    source: 'https://github.com/ClickHouse/ClickHouse/tree/master/docker/server',
  },
  objects: {
    image: /^versity\/versitygw:v1\.\d+\.\d+@sha256:[0-9a-f]{64}$/,
    port: 7070,
    data: '/data',
    environment: [],
    programs: ['sh', 'mkdir', 'export', 'versitygw', 'cat', 'wget'],
    health: /^wget -q -O \/dev\/null http:\/\/127\.0\.0\.1:7070\/health$/,
    source: 'https://github.com/versity/versitygw/wiki/Global-Options',
  },
};

interface Service {
  readonly image: string;
  readonly build?: { readonly args: { readonly BASE_IMAGE: string } };
  readonly entrypoint: string[] | null;
  readonly command: string[] | null;
  readonly environment?: Record<string, string>;
  readonly healthcheck: { readonly test: string[] };
  readonly ports: { readonly target: number; readonly host_ip: string }[];
  readonly volumes?: { readonly type: string; readonly source: string; readonly target: string }[];
  readonly secrets?: { readonly source: string; readonly target?: string }[];
}

const compose = await findCompose(findProgram('docker') ?? 'docker', cacheFolder());
const skip = compose ? false : 'This machine has no Docker Compose 2.';
const folder = mkdtempSync(join(tmpdir(), 'olympus-official-'));
const state = newState();
let services: Record<string, Service>;

before(async () => {
  await writeFiles(folder, state);
  if (!compose) return;
  const [program, ...first] = compose;
  const file = join(import.meta.dirname, '..', 'compose', 'compose.yaml');
  // what would name other images is not ours to pass on
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OLYMPUS_'));
  const env = { ...Object.fromEntries(inherited), OLYMPUS_FOLDER: folder };
  const text = execFileSync(program, [...first, '-f', file, 'config', '--format', 'json'], {
    env,
    encoding: 'utf8',
  });
  services = (JSON.parse(text) as { services: Record<string, Service> }).services;
});
after(() => rmSync(folder, { recursive: true, force: true }));

for (const [name, image] of Object.entries(documented))
  test(`${name}: image, port, data and environment are those that ${image.source} documents`, {
    skip,
  }, () => {
    const service = services[name]!;
    assert.match(service.image, image.image);
    if (image.base) assert.match(service.build!.args.BASE_IMAGE, image.base);
    assert.deepEqual(
      service.ports.map(({ target }) => target),
      [image.port],
    );
    assert.deepEqual(
      (service.volumes ?? []).map(({ type, target }) => [type, target]),
      image.data === null ? [] : [['volume', image.data]],
    );
    const { PGDATA } = service.environment ?? {};
    if (PGDATA !== undefined) assert.ok(PGDATA.startsWith(`${image.data}/`), `${PGDATA} is in the volume`);
    for (const variable of Object.keys(service.environment ?? {}))
      assert.ok(image.environment.includes(variable), `${variable} is documented`);
    const [kind, ...check] = service.healthcheck.test;
    assert.match(check.join(' '), image.health);
    const programs = [
      ...programsOf(kind === 'CMD' ? check : ['sh', '-c', ...check]),
      ...programsOf([...(service.entrypoint ?? []), ...(service.command ?? [])]),
    ];
    for (const program of programs.filter(Boolean))
      if (!isPostgresServer(program))
        assert.ok(image.programs.includes(program), `${name} calls ${program}, which is not in its table`);
  });

/** The server's own arguments follow docker-entrypoint.sh: no programs. */
const isPostgresServer = (word: string) => /^(postgres|--)/.test(word);

/** The program of a command line; of a shell's, the programs that its script calls. */
function programsOf([program = '', ...rest]: readonly string[]): string[] {
  const script = rest.find((word) => /\s/.test(word));
  const own =
    program.split('/').length > 2 && /\/(ba)?sh$/.test(program) ? program.split('/').at(-1)! : program;
  if (script === undefined || !/^(ba)?sh$/.test(own)) return [own];
  const commands = script
    .replaceAll(/#.*$/gm, '')
    .split(/\n|&&|\|\||\||;|\$\$?\(|\bdo\b|\bthen\b/)
    .map((part) =>
      part
        .trim()
        .replace(/^(?:\w+=(?:"[^"]*"|\S+)?\s*)+/, '')
        .replace(/^exec\s+/, ''),
    )
    .map((part) => /^[\w./-]+/.exec(part)?.[0])
    .filter((word) => word !== undefined);
  return [own, ...commands];
}

test('Qdrant reads its key from the file that it documents, which root alone can read', { skip }, () => {
  const [secret] = services.vector!.secrets!;
  assert.equal(secret!.target, '/qdrant/config/local.yaml');
  assert.equal(
    readFileSync(join(folder, 'secrets', 'qdrant.yaml'), 'utf8'),
    `service:\n  api_key: ${state.secret}\n`,
  );
});

test('ClickHouse’s default user gets a hash by users.d, is reachable, and the image’s own set-up leaves it alone', {
  skip,
}, () => {
  // without it the entrypoint of 25 and later takes the network from a default user without a password
  assert.equal(services.olap!.environment!.CLICKHOUSE_SKIP_USER_SETUP, '1');
  assert.match(
    services.olap!.command!.join(),
    /-o clickhouse .*\/etc\/clickhouse-server\/users\.d\/olympus\.xml/,
  );
  const users = readFileSync(join(folder, 'secrets', 'clickhouse-users.xml'), 'utf8');
  assert.match(users, /^<clickhouse><users><default>/);
  assert.match(users, /<password_sha256_hex>[0-9a-f]{64}<\/password_sha256_hex>/);
  assert.match(users, /<networks replace="1"><ip>::\/0<\/ip><\/networks>/);
});

test('versitygw gets its keys by the variables, and its port and health by the flags, that it documents', {
  skip,
}, () => {
  const script = services.objects!.command!.join('\n');
  const flags = [...script.matchAll(/(?<=\s)--[\w-]+/g)].map(([flag]) => flag);
  assert.deepEqual(flags, ['--port', '--health']);
  assert.deepEqual(
    [...script.matchAll(/\b(ROOT_\w+)=/g)].map(([, name]) => name),
    ['ROOT_ACCESS_KEY', 'ROOT_SECRET_KEY'],
  );
  assert.match(script, /--port :7070 --health \/health posix \/data$/m);
});
