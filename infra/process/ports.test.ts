import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { Fault } from '../../config/fault.ts';
import { freePort, onPort, PortTaken, requirePort } from './ports.ts';

async function listening(port = 0) {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, [Symbol.dispose]: () => void server.close() };
}

test('a free port can be listened on and leaves room for the cluster bus above it', async () => {
  const port = await freePort();
  using server = await listening(port);
  assert.equal(server.port, port);
  assert.ok(port < 55_536);
});

test('a named port that is taken gives a fault that names it and what it was for', async () => {
  using taken = await listening();
  await assert.rejects(requirePort(taken.port, 'pooler'), (error) => {
    assert.ok(error instanceof Fault);
    assert.equal(error.reason, 'usage');
    assert.match(error.message, new RegExp(`Port ${taken.port} .* pooler`));
    assert.match(error.next, /Name another port/);
    return true;
  });
});

test('a number that is no port gives a fault', async () => {
  await assert.rejects(requirePort(70_000, 'primary'), /Port 70000 for primary is not a port number/);
});

test('a server that finds its free port taken is tried on others', async () => {
  const tried: number[] = [];
  const port = await onPort(undefined, 'primary', async (candidate) => {
    tried.push(candidate);
    if (tried.length < 3) throw new PortTaken();
    return candidate;
  });
  assert.equal(tried.length, 3);
  assert.equal(port, tried[2]);
});

test('a server that finds its named port taken is not tried again', async () => {
  const named = await freePort();
  let tries = 0;
  const start = async () => {
    tries++;
    throw new PortTaken();
  };
  await assert.rejects(onPort(named, 'primary', start), new RegExp(`Port ${named} .* is taken`));
  assert.equal(tries, 1);
});
