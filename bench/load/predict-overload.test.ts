import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silent } from '../../config/progress.ts';
import { findK6 } from '../../infra/setup/k6.ts';
import { scenarioScript } from '../../scenarios/load-scripts.ts';
import { patience } from '../../test/patience.ts';
import { testDatabase } from '../../test/server.ts';
import { predictOverload } from './predict-overload.ts';

const signal = patience();

test('what connections and generator certainly cannot do is known before the start', async () => {
  await using database = await testDatabase('d');
  const shared = {
    ...({ k6: await findK6({ progress: silent, signal }), script: scenarioScript('mixed') } as const),
    plan: {
      statements: [{ name: 'slow', sql: 'SELECT pg_sleep(0.02), $1', weight: 1, role: 'app', kind: 'read' }],
      tenants: [{ class: 'none', id: 'a', userId: 'u', weight: 1 }],
      draws: { slow: { 0: [['1']] } },
    },
    ...({ url: database.url, protocol: 'prepared', seed: 1, progress: silent, signal } as const),
  } as const;
  const ceiling = { rate: 100_000, connections: 8 };
  const codes = async (rate: number | undefined) =>
    (await predictOverload(shared, rate, ceiling)).map(({ code, message }) => `${code}: ${message}`);

  assert.match(
    (await codes(1000))[0]!,
    /^rate-above-pool: 8 connections cannot serve 1000 requests a second: .* at most \d{1,3}\.$/,
  );
  assert.deepEqual(await codes(2), []); // 8 / 20 ms are 400 a second, and few on a busy machine
  assert.match((await codes(200_000))[0]!, /^rate-above-ceiling: .* 100000 requests a second, so 200000/);
  assert.deepEqual(await codes(undefined), []);
});
