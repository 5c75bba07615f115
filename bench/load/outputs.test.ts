import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { silent } from '../../config/progress.ts';
import { seconds } from '../../config/units.ts';
import { findK6 } from '../../infra/setup/k6.ts';
import { scenarioScript } from '../../scenarios/load-scripts.ts';
import { patience } from '../../test/patience.ts';
import { runLoad } from './run-load.ts';

/** k6's own outputs, as docs/load.md names them, each with a receiver. */
const folder = mkdtempSync(join(tmpdir(), 'olympus-outputs-'));
after(() => rmSync(folder, { recursive: true }));

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Accepts whatever is sent, as Prometheus (204) and an OpenTelemetry collector (200) would. */
async function receiver() {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      received.push({
        path: `${request.method} ${request.url}`,
        headers: request.headers,
        body: Buffer.concat(parts).toString('latin1'),
      });
      response.writeHead(request.url === '/api/v1/write' ? 204 : 200).end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    received,
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** The dashboard's page, asked for until it is there or the run is over. */
async function pageOf(port: number, running: Promise<unknown>): Promise<string> {
  let over = false;
  const end = () => {
    over = true;
  };
  running.then(end, end);
  while (!over) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/ui/`);
      if (response.ok) return await response.text();
    } catch {} // not yet
    await new Promise((later) => setTimeout(later, 50));
  }
  return '';
}

test('a load goes to JSON, OpenTelemetry, Prometheus and the dashboard while it runs', async () => {
  const signal = patience();
  const k6 = await findK6({ progress: silent, signal });
  await using sink = await receiver();
  const port = await freePort();
  const samples = join(folder, 'samples.json');
  Object.assign(process.env, {
    K6_OTEL_EXPORTER_PROTOCOL: 'http/protobuf',
    K6_OTEL_HTTP_EXPORTER_ENDPOINT: sink.address,
    K6_OTEL_HTTP_EXPORTER_INSECURE: 'true',
    K6_OTEL_FLUSH_INTERVAL: '200ms',
    K6_OTEL_EXPORT_INTERVAL: '500ms',
    K6_PROMETHEUS_RW_SERVER_URL: `http://${sink.address}/api/v1/write`,
    K6_PROMETHEUS_RW_PUSH_INTERVAL: '500ms',
    K6_WEB_DASHBOARD_HOST: '127.0.0.1',
    K6_WEB_DASHBOARD_PORT: String(port),
  });
  const running = runLoad({
    ...{ k6, url: 'null:', protocol: 'extended', seed: 1, progress: silent, signal },
    script: scenarioScript('mixed'),
    plan: {
      statements: [{ name: 'one', sql: 'SELECT $1', weight: 1, role: 'app', kind: 'read' }],
      tenants: [{ class: 'whale', id: 'a', userId: 'u', weight: 1 }],
      draws: { one: { 0: [['1']] } },
    },
    ...{ rate: 300, duration: seconds(2), warmup: seconds(0), connections: 2 },
    outputs: [`json=${samples}`, 'opentelemetry', 'experimental-prometheus-rw', 'web-dashboard'],
  });
  running.catch(() => {}); // awaited below
  const page = await pageOf(port, running);
  const { report } = await running;

  const points = readFileSync(samples, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const counted = points.filter(({ type, metric }) => type === 'Point' && metric === 'olympus_requests');
  const requests = counted.reduce((sum, { data }) => sum + data.value, 0);
  assert.equal(requests, report.requests);
  assert.match(page, /<html[\s\S]*k6/i);

  const told = (path: string) => sink.received.filter((one) => one.path === path);
  const written = told('POST /api/v1/write');
  assert.ok(written.length > 0, 'nothing came by remote write');
  assert.equal(written[0]!.headers['content-type'], 'application/x-protobuf');
  assert.equal(written[0]!.headers['content-encoding'], 'snappy'); // which leaves first occurrences readable
  assert.ok(written.some(({ body }) => body.includes('k6_olympus_')));

  const exported = told('POST /v1/metrics');
  assert.ok(exported.length > 0, `nothing came by OTLP: ${sink.received.map(({ path }) => path)}`);
  assert.equal(exported[0]!.headers['content-type'], 'application/x-protobuf');
  assert.ok(exported.some(({ body }) => body.includes('olympus_requests')));
});
