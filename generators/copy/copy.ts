import { once } from 'node:events';
import { from as copyFrom } from 'pg-copy-streams';
import { type Connection, identifier } from '../../infra/topology/session.ts';
import { recycle } from './writer.ts';

/**
 * Copies chunks of the binary format into a table; returns the server's count of rows. It must run inside the
 * caller's transaction. Waits when the socket is full, so that memory stays bounded by a few chunks; those that have left
 * the process are recycled.
 */
export async function copyBinary(
  connection: Connection,
  path: readonly string[],
  columns: readonly string[],
  chunks: Iterable<Buffer>,
): Promise<number> {
  const target = path.map(identifier).join('.');
  const stream = connection.client.query(
    copyFrom(`COPY ${target} (${columns.map(identifier).join(', ')}) FROM STDIN (FORMAT binary)`),
  );
  const { stream: socket } = connection.client.connection;
  let failed = false;
  stream.once('error', () => (failed = true));
  const ended = new Promise<void>((resolve, reject) => stream.once('finish', resolve).once('error', reject));
  ended.catch(() => {}); // awaited below; an error may come before that
  try {
    const handedOver: Buffer[] = [];
    for (const chunk of chunks) {
      handedOver.push(chunk);
      socket.cork(); // a message's five bytes of header go out with it, not as a packet of their own
      const more = stream.write(chunk);
      socket.uncork();
      if (!more) await Promise.race([once(stream, 'drain'), ended]);
      // The stream calls back before the bytes are gone: the socket's own count tells when it holds none of them.
      if (stream.writableLength + socket.writableLength === 0)
        for (const gone of handedOver.splice(0)) recycle(gone);
    }
    stream.end();
  } catch (error) {
    // After an error of the server or the socket nobody is there to be told: `ended` has that error.
    if (!failed && !stream.destroyed) stream.destroy(error as Error);
  }
  await ended;
  return stream.rowCount ?? 0;
}
