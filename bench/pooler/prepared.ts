import { randomBytes } from 'node:crypto';
import { seeded } from '../../analysis/statistics/seeded.ts';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import type { Connection } from '../../infra/topology/session.ts';
import type { PoolerPrepared } from '../../result/result.ts';
import { pause } from '../pause.ts';
import { type Console, configured } from './console.ts';
import { brokenConnection, codeOf, poolerClient } from './pooler-client.ts';

export interface PreparedOptions {
  readonly pooler: Endpoint;
  readonly database: string;
  readonly clients: number;
  readonly lasts: number;
  readonly console: Console | string;
  readonly signal: AbortSignal;
}

const setting = 'max_prepared_statements';
/** What PgBouncer's documentation suggests for it. */
const on = 200;

/**
 * Unnamed and named statements through the pooler: how many succeed, and what the others fail with. Where the pooler
 * is ours and can follow named statements, both with that and without; the setting is restored.
 */
export async function prepared(options: PreparedOptions): Promise<PoolerPrepared[]> {
  const { pooler, console } = options;
  const unnamed = await run(options, 'unnamed');
  const row = (
    name: string,
    figures: Ran,
    follows: Pick<PoolerPrepared, 'maxPreparedStatements' | 'why'>,
  ) => ({
    ...{ name, endpoint: pooler.name, provider: pooler.provider, kind: 'prepared' as const },
    ...{ ...figures, ...follows },
  });
  if (typeof console === 'string')
    return [
      row('unnamed', unnamed, { maxPreparedStatements: null, why: console }),
      row('named', await run(options, 'named'), { maxPreparedStatements: null, why: console }),
    ];
  const usual = await configured(console, setting);
  if (usual === null) {
    const why = `${pooler.version} does not have it (PgBouncer 1.21 does)`;
    return [
      row('unnamed', unnamed, { maxPreparedStatements: null, why }),
      row('named', await run(options, 'named'), { maxPreparedStatements: null, why }),
    ];
  }
  const rows = [row('unnamed', unnamed, { maxPreparedStatements: usual })];
  const asItIs = pooler.provider === 'external' || losesThem(pooler);
  for (const value of asItIs ? [usual] : [0, usual || on]) {
    await using _ = await lent(console, value, usual);
    rows.push(
      row(`named, ${value > 0 ? 'on' : 'off'}`, await run(options, 'named'), {
        maxPreparedStatements: value,
      }),
    );
  }
  return rows;
}

/** Our pooler resets its connections, and 1.21 does not notice that this forgets what was prepared; 1.22 does. */
const losesThem = ({ version }: Endpoint) => / 1\.21\./.test(version);

/** Sets it for a while; what the server connections still hold by then is dropped with them. */
async function lent(console: Console, value: number, usual: number): Promise<AsyncDisposable> {
  if (value === usual) return { [Symbol.asyncDispose]: async () => {} };
  await console.set(setting, value);
  return {
    async [Symbol.asyncDispose]() {
      await console.set(setting, usual);
      await console.reconnect();
    },
  };
}

type Ran = Pick<PoolerPrepared, 'statements' | 'requestsPerSecond' | 'requests' | 'errors'>;

/** Each client sends the same statement again and again, in transactions of one statement. */
async function run(
  { pooler, database, clients, lasts, signal }: PreparedOptions,
  statements: 'named' | 'unnamed',
): Promise<Ran> {
  await using owned = new AsyncDisposableStack();
  const open: Connection[] = [];
  for (let i = 0; i < clients; i++) open.push(owned.use(await poolerClient(pooler.url('app', database))));
  // Names that nobody else has: server connections keep them until they are replaced.
  const prefix = `olympus_${randomBytes(6).toString('hex')}`;
  const errors: Record<string, number> = {};
  let requests = 0;
  const random = seeded(clients);
  const started = performance.now();
  await Promise.all(
    open.map(async ({ client }, which) => {
      while (performance.now() < started + lasts) {
        signal.throwIfAborted();
        requests++;
        const name = statements === 'named' ? { name: `${prefix}_${which}` } : {};
        try {
          await client.query({ ...name, text: 'SELECT $1::int AS n', values: [which] });
        } catch (error) {
          const code = codeOf(error);
          errors[code] = (errors[code] ?? 0) + 1;
          if (code === brokenConnection) return; // it is broken and would fail as fast as it can
        }
        // In lockstep each client would get the same server connection every time.
        await pause(random() * 2, signal);
      }
    }),
  );
  const failed = Object.values(errors).reduce((sum, n) => sum + n, 0);
  const seconds = (performance.now() - started) / 1000;
  return { statements, requests, requestsPerSecond: (requests - failed) / seconds, errors };
}
