import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { Connection } from '../../../infra/topology/session.ts';
import { answerTo } from './answer.ts';

function clientThat(query: () => Promise<unknown>): Connection {
  const client = Object.assign(new EventEmitter(), { connection: new EventEmitter(), query });
  return { client } as unknown as Connection;
}
const refused = Object.assign(new Error('permission denied'), { code: '42501' });

test('what is told before a statement is typed belongs to its answer', async () => {
  const connection = clientThat(async () => ({ rows: [{ a: 1 }], rowCount: 1, command: 'SELECT' }));
  const { text } = await answerTo(connection, 'SELECT 1', async () => {
    connection.client.emit('notification', { channel: 'orders', payload: 'secret', processId: 1 });
  });
  assert.match(text, /orders .*secret/);
  assert.equal(connection.client.listenerCount('notification'), 0);
});

test('an error of the statement is its answer; one of others is none', async () => {
  const connection = clientThat(() => Promise.reject(refused));
  assert.equal((await answerTo(connection, 'SELECT 1')).code, '42501');
  await assert.rejects(
    answerTo(connection, 'SELECT 1', () => Promise.reject(refused)),
    ({ message, cause }: Error) => message.includes('others') && cause === refused,
  );
  assert.equal(connection.client.listenerCount('notification'), 0);
});
