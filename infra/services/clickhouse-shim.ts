/**
 * ClickHouse's HTTP interface in front of chDB, as far as `@clickhouse/client` speaks it: ping, query with server-side
 * parameters, command, insert. A program of its own, because the engine is a library that blocks and may crash:
 *
 *   node clickhouse-shim.ts PORT DATA_FOLDER CHDB_FOLDER
 *
 * The password is in OLYMPUS_SECRET, or its SHA-256 in OLYMPUS_SECRET_SHA256; OLYMPUS_LISTEN is the address (127.0.0.1).
 *
 * One process, one session: what the engine answers is ClickHouse's, what it costs under many clients is not.
 */
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';

interface Answer {
  readonly rowsRead: number;
  readonly bytesRead: number;
  bytes(): Uint8Array;
}
interface Chdb {
  readonly Session: new (
    folder: string,
  ) => {
    queryAsync(sql: string): Promise<Answer>;
    queryBindAsync(sql: string, params: object): Promise<Answer>;
    insert(values: {
      table: string;
      values: Buffer;
      format: string;
      columns?: readonly string[];
    }): Promise<{ rowsWritten: number }>;
  };
}

const [port = '', folder = '', installed = ''] = process.argv.slice(2);
const {
  OLYMPUS_SECRET: secret = '',
  OLYMPUS_SECRET_SHA256,
  OLYMPUS_LISTEN: listen = '127.0.0.1',
} = process.env;
const sha256 = (text: string) => createHash('sha256').update(text).digest();
const secretHash = OLYMPUS_SECRET_SHA256 ? Buffer.from(OLYMPUS_SECRET_SHA256, 'hex') : sha256(secret);
const { Session } = createRequire(join(installed, 'package.json'))('chdb') as Chdb;
const session = new Session(folder);
const most = 1024 ** 3;

const server = createServer((request, response) => {
  answer(request, response).catch((error: Error) => {
    const code = /Code: (\d+)/.exec(error.message)?.[1];
    if (code) response.setHeader('X-ClickHouse-Exception-Code', code);
    reply(response, /^Code: 516/.test(error.message) ? 403 : 400, error.message);
  });
});
server.listen(Number(port), listen);
// The first process of a container is not ended by default.
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  response.setHeader('X-ClickHouse-Server-Display-Name', 'chDB');
  if (url.pathname === '/ping') return reply(response, 200, 'Ok.\n');
  if (!authenticated(request))
    throw new Error(
      'Code: 516. DB::Exception: default: Authentication failed: password is incorrect. (AUTHENTICATION_FAILED)',
    );
  const body = await read(request);
  const named = url.searchParams.get('query');
  const database = url.searchParams.get('database') ?? 'default';
  if (named && /^\s*INSERT\b/i.test(named) && body.length > 0) return insert(response, named, body, database);
  const text = [named, body.toString()].filter(Boolean).join('\n');
  const params = Object.fromEntries(
    [...url.searchParams]
      .filter(([name]) => name.startsWith('param_'))
      .map(([name, value]) => [name.slice('param_'.length), unescaped(value)]),
  );
  const result = await inDatabase(database, () =>
    Object.keys(params).length > 0 ? session.queryBindAsync(text, params) : session.queryAsync(text),
  );
  summary(response, { read_rows: result.rowsRead, read_bytes: result.bytesRead });
  reply(response, 200, result.bytes());
}

let turn: Promise<unknown> = Promise.resolve();

/** The session has one current database, so statements in different ones take turns. */
function inDatabase(database: string, work: () => Promise<Answer>): Promise<Answer> {
  const mine = turn.then(async () => {
    await session.queryAsync(`USE \`${database.replaceAll('`', '')}\``);
    return work();
  });
  turn = mine.catch(() => {});
  return mine;
}

const insertText = /^\s*INSERT\s+INTO\s+(?:TABLE\s+)?([\w.`"]+)\s*(?:\(([^)]*)\))?\s*FORMAT\s+(\w+)\s*$/i;

async function insert(
  response: ServerResponse,
  text: string,
  values: Buffer,
  database: string,
): Promise<void> {
  const [, name, columns, format] = insertText.exec(text) ?? [];
  if (!name || !format) throw new Error(`Code: 62. DB::Exception: not understood by this shim: ${text}`);
  const table = name.includes('.') ? name : `${database}.${name}`;
  const listed = columns?.split(',').map((column) => column.trim().replaceAll(/[`"]/g, ''));
  const rowsWritten = textFormats.has(format)
    ? (await session.insert({ table, values, format, ...(listed && { columns: listed }) })).rowsWritten
    : await insertFile(table, columns, format, values);
  summary(response, { written_rows: rowsWritten, written_bytes: values.length });
  reply(response, 200, '');
}

/** Values of parameters come escaped as in tab separated files. */
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', 0: '\0' };
const unescaped = (value: string) =>
  value.replaceAll(/\\(.)/gs, (_, letter: string) => escapes[letter] ?? letter);

/** What the engine's raw insert takes; the others go through a file. */
const textFormats = new Set([
  'JSONEachRow',
  'JSONCompactEachRow',
  'CSV',
  'CSVWithNames',
  'TabSeparated',
  'TSV',
]);

async function insertFile(
  table: string,
  columns: string | undefined,
  format: string,
  values: Buffer,
): Promise<number> {
  const file = join(folder, `insert-${randomUUID()}`);
  await writeFile(file, values);
  try {
    const into = `${table}${columns ? ` (${columns})` : ''}`;
    return (await session.queryAsync(`INSERT INTO ${into} FROM INFILE '${file}' FORMAT ${format}`)).rowsRead;
  } finally {
    await rm(file, { force: true });
  }
}

/** Counts are strings in ClickHouse's summary. */
const summary = (response: ServerResponse, counts: Record<string, number>) =>
  response.setHeader(
    'X-ClickHouse-Summary',
    JSON.stringify(Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, `${value}`]))),
  );

function reply(response: ServerResponse, status: number, body: string | Uint8Array): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=UTF-8' });
  response.end(body);
}

function authenticated({ headers }: IncomingMessage): boolean {
  const basic = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1];
  const given = basic
    ? Buffer.from(basic, 'base64').toString().split(':').slice(1).join(':')
    : `${headers['x-clickhouse-key'] ?? ''}`;
  return timingSafeEqual(sha256(given), secretHash);
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) throw new Error('Code: 241. DB::Exception: more than 1 GiB in one request.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
