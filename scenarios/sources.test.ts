import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Session } from '../infra/topology/session.ts';
import type { Problem } from './catalogue-header.ts';
import { drawParameters, readSource } from './sources.ts';
import type { Statement, Tenant } from './statement.ts';

const tenant: Tenant = { class: 'median', id: 't', label: 't', userId: 'u', size: 2, identity: {} };
const statement = (): Statement => ({
  name: 'a/b',
  what: 'x',
  sql: 'SELECT $1, $2, $3',
  params: [
    { name: 'id', source: 'order', column: 'id' },
    { name: 'tenant', source: 'tenant', column: 'id' },
    { name: 'at', source: 'order', column: 'created_at' },
  ],
  sources,
  expects: [],
  weight: 1,
  role: 'app',
  kind: 'read',
  file: 'a/b.sql',
});
const source = (name: string, columns: string, sql: string) => {
  const problems: Problem[] = [];
  const read = readSource(
    `${name}.sql`,
    `-- name: ${name}\n-- what: x\n-- columns: ${columns}\n${sql}`,
    problems,
  );
  return { read, problems };
};
const sources = new Map([
  ['order', source('order', 'id, created_at', 'SELECT $1 ORDERS $2 $3').read],
  ['tenant', source('tenant', 'id', 'SELECT $1').read],
]);
const answering = (rows: Record<string, Record<string, string>[]>, asked: unknown[][] = []): Session => ({
  query: async (text: string, values: readonly unknown[] = []) => {
    asked.push([...values]);
    return { rows: rows[text.includes('ORDERS') ? 'order' : 'tenant'] as never[], rowCount: null };
  },
});

test('parameters of one source come from the same row, and short sources are used again', async () => {
  const session = answering({
    order: [
      { id: 'o1', created_at: 'c1' },
      { id: 'o2', created_at: 'c2' },
    ],
    tenant: [{ id: 't' }],
  });
  assert.deepEqual(await drawParameters(session, statement(), tenant, 3, 1), [
    ['o1', 't', 'c1'],
    ['o2', 't', 'c2'],
    ['o1', 't', 'c1'],
  ]);
});

test('a source is asked once, with the values that it uses', async () => {
  const asked: unknown[][] = [];
  await drawParameters(answering({ order: [{ id: 'o' }], tenant: [] }, asked), statement(), tenant, 4, 9);
  assert.deepEqual(asked, [['t', 4, 9], ['t']]);
});

test('a source without rows for the tenant makes the draw empty', async () => {
  assert.deepEqual(
    await drawParameters(answering({ order: [], tenant: [{ id: 't' }] }), statement(), tenant, 3, 1),
    [],
  );
});

test('a source that fails says which file and why', async () => {
  const failing: Session = { query: () => Promise.reject(new Error('column "nope" does not exist')) };
  await assert.rejects(
    drawParameters(failing, statement(), tenant, 1, 1),
    /source order \(order\.sql\).*"nope"/,
  );
});

test('a source must be named like its file, be one statement and use at most $3', () => {
  const { problems } = source('order', 'id', 'SELECT $4; SELECT 1');
  assert.deepEqual(
    problems.map(({ line }) => line),
    [4, 4],
  );
  const misnamed: Problem[] = [];
  readSource('x.sql', '-- name: order\n-- what: x\n-- columns: id\nSELECT 1', misnamed);
  assert.match(misnamed[0]!.message, /"order" but its file x\.sql/);
});
