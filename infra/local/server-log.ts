import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Session } from '../topology/session.ts';

/** What a server of ours writes to its log. */
export interface ServerLog {
  /** Where what is written next will begin. */
  end(): Promise<number>;
  read(from: number, to: number): Promise<string>;
}

/** The log of a server that the local provider runs, which lies beside its data; undefined: it cannot be read from here. */
export async function serverLog(admin: Session): Promise<ServerLog | undefined> {
  const { rows } = await admin.query<{ path: string }>(
    "SELECT current_setting('data_directory') || '.log' AS path",
  );
  const { path } = rows[0]!;
  if (!existsSync(path)) return undefined;
  const opened = async <T>(use: (file: Awaited<ReturnType<typeof open>>) => Promise<T>): Promise<T> => {
    await using file = await open(path);
    return await use(file);
  };
  return {
    end: () => opened(async (file) => (await file.stat()).size),
    read: (from, to) =>
      opened(async (file) => {
        if (to <= from) return '';
        const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
        return buffer.subarray(0, bytesRead).toString();
      }),
  };
}
