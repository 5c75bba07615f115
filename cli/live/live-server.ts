/**
 * The page of a run that is under way, in a process of its own: what it renders must not stand in the way of what is
 * measured. It is told by messages, listens on 127.0.0.1 alone, and ends with its parent.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setPriority } from 'node:os';
import { renderHtml } from '../../reports/html/report.ts';
import { parseResult } from '../../reports/read-run.ts';
import { livePage, livePolicy } from './live-page.ts';

/** What the run says: its folder, which changes its name when it ends; a line; where it stands; that it ended. */
export interface LiveNews {
  readonly directory?: string;
  readonly line?: string;
  readonly standing?: string;
  readonly ended?: string;
}

const lastLook = 2000; // ms: for a page that is open to fetch the last report
const lowest = 19;

const lines: string[] = [];
const listeners = new Set<ServerResponse>();
let directory: string | undefined;

const event = (name: string, data: unknown) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const tell = (name: string, data: unknown) => {
  for (const listener of listeners) listener.write(event(name, data));
};

function told(news: LiveNews): void {
  if (news.line !== undefined) {
    lines.push(news.line);
    tell('line', news.line);
  }
  if (news.standing !== undefined) tell('standing', news.standing);
  if (news.directory !== undefined) {
    directory = news.directory;
    tell('saved', '');
  }
  if (news.ended !== undefined) {
    tell('ended', news.ended);
    setTimeout(end, listeners.size > 0 ? lastLook : 0);
  }
}

/** Nothing is left that keeps this process. */
function end(): void {
  server.close();
  server.closeAllConnections();
  if (process.connected) process.disconnect();
}

/** Another site's page may send requests here under a name of its own that leads to 127.0.0.1: it is not answered. */
const isOurs = ({ headers: { host = '' } }: IncomingMessage): boolean =>
  /^(127\.0\.0\.1|localhost):\d+$/.test(host);

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const page = (text: string, policy?: string) =>
    response
      .writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        ...(policy && { 'content-security-policy': policy }),
      })
      .end(text);
  if (!isOurs(request) || request.method !== 'GET') return void response.writeHead(403).end();
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (pathname === '/') return void page(livePage, livePolicy);
  if (pathname === '/report') return void page(await reportSoFar());
  if (pathname !== '/events') return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  for (const line of lines) response.write(event('line', line));
  listeners.add(response);
  response.on('close', () => listeners.delete(response));
}

async function reportSoFar(): Promise<string> {
  const result = directory === undefined ? null : await parseResult(directory).catch(() => null);
  return result ? renderHtml(result) : '<!doctype html><title>Nothing yet</title><p>Nothing is measured yet.';
}

setPriority(lowest);
process.on('disconnect', end);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {}); // the parent ends it, after its last word
process.on('message', told);
const server = createServer((request, response) => {
  answer(request, response).catch(() => response.destroy());
});
server.on('error', (error) => process.send?.({ failed: error.message }, end));
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
});
