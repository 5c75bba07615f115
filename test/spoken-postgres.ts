import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** What it answers to a statement: the columns of an empty answer, words of refusal, or nothing at all. */
export type Spoken = (statement: string) => readonly string[] | string | undefined;

/**
 * For tests: what speaks PostgreSQL's protocol as far as a client connects without a password and sends simple
 * statements. Stands for poolers of other makes, and for one that never answers.
 */
export async function spokenPostgres(answer: Spoken): Promise<AsyncDisposable & { readonly url: string }> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {}).once('close', () => open.delete(socket));
    let started = false;
    socket.on('data', (data) => {
      if (!started) {
        started = true;
        socket.write(Buffer.concat([message('R', int32(0)), ready]));
      } else if (data[0] === 0x51) reply(socket, answer(data.toString('utf8', 5, data.length - 1)));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `postgres://somebody@127.0.0.1:${port}/pgbouncer?sslmode=disable`,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function reply(socket: Socket, said: ReturnType<Spoken>): void {
  if (said === undefined) return;
  const body =
    typeof said === 'string'
      ? message('E', text('SERROR'), text('C42601'), text(`M${said}`), Buffer.of(0))
      : Buffer.concat([message('T', int16(said.length), ...said.map(column)), message('C', text('SHOW'))]);
  socket.write(Buffer.concat([body, ready]));
}

const text = (value: string) => Buffer.from(`${value}\0`);
const int16 = (value: number) => Buffer.of(value >> 8, value & 255);
const int32 = (value: number) => Buffer.of(0, 0, value >> 8, value & 255);

function message(kind: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(kind), int32(body.length + 4), body]);
}

/** A column of type text, of no table. */
const column = (name: string) =>
  Buffer.concat([
    text(name),
    int32(0),
    int16(0),
    int32(25),
    Buffer.of(255, 255, 255, 255, 255, 255),
    int16(0),
  ]);

const ready = message('Z', Buffer.from('I'));
