import { createConnection, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy on 127.0.0.1 in this process; disposing it ends every connection, and it dies with us. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Each piece is passed on so many ms later, in either direction. */
  delay(ms: number): void;
  /** Resets every connection, and every new one, until `pass`. */
  refuse(): void;
  /** Connections stay open, and nothing passes; what is opened meanwhile stands too. They stand after `pass`, too. */
  swallow(): void;
  /** New connections pass as they are again. */
  pass(): void;
}

type Mode = { readonly is: 'pass' | 'refuse' | 'swallow' } | { readonly is: 'delay'; readonly ms: number };

export async function tcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  let mode: Mode = { is: 'pass' };
  const pairs = new Set<{ readonly sockets: readonly [Socket, Socket]; dead: boolean }>();
  const reset = () => {
    for (const { sockets } of pairs) for (const socket of sockets) socket.resetAndDestroy();
  };
  const server = createServer((client) => {
    if (mode.is === 'refuse') {
      client.resetAndDestroy();
      return;
    }
    const upstream = createConnection(target);
    const pair = { sockets: [client, upstream] as const, dead: mode.is === 'swallow' };
    pairs.add(pair);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.setNoDelay(true);
      let lastAt = 0; // a piece must not overtake one that was delayed before it
      from.on('data', (piece) => {
        if (pair.dead || mode.is === 'swallow') return;
        const now = performance.now();
        lastAt = Math.max(lastAt, now + (mode.is === 'delay' ? mode.ms : 0));
        const send = () => {
          if (!pair.dead && to.writable) to.write(piece);
        };
        if (lastAt <= now) send();
        else setTimeout(send, lastAt - now);
      });
      from.on('error', () => {});
      from.on('close', () => {
        pairs.delete(pair);
        if (!pair.dead) to.destroy();
      });
    }
  });
  const port = await listening(server);
  return {
    port,
    delay: (ms) => {
      mode = { is: 'delay', ms };
    },
    refuse() {
      mode = { is: 'refuse' };
      reset();
    },
    swallow() {
      mode = { is: 'swallow' };
      for (const pair of pairs) pair.dead = true;
    },
    pass: () => {
      mode = { is: 'pass' };
    },
    async [Symbol.asyncDispose]() {
      reset();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const listening = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, () => resolve((server.address() as { port: number }).port));
  });
