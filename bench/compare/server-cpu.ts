import { type Connection, identifier, type Session } from '../../infra/topology/session.ts';

/**
 * Makes every new session of this database tell what each message cost it (log_statement_stats): CPU time by
 * getrusage, taken by the server process itself, so that neither other processes nor stolen time are in it. The
 * server's log stays quiet.
 * @returns why it cannot, or null
 */
export async function tellCpu(admin: Session, database: string): Promise<string | null> {
  const settings = { log_statement_stats: 'on', client_min_messages: 'log', log_min_messages: 'fatal' };
  try {
    for (const [name, value] of Object.entries(settings))
      await admin.query(`ALTER DATABASE ${identifier(database)} SET ${name} TO ${value}`);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

const told = /([\d.]+) s user, ([\d.]+) s system, [\d.]+ s elapsed/;

/**
 * What the server says that its last message cost, in milliseconds of CPU; null when it said nothing.
 */
export function cpuMeter({ client }: Connection): { read(): number | null } & Disposable {
  let last: number | null = null;
  const listen = ({ detail }: { detail?: string | undefined }) => {
    const found = told.exec(detail ?? '');
    if (found) last = (Number(found[1]) + Number(found[2])) * 1000;
  };
  client.on('notice', listen);
  return {
    read() {
      const value = last;
      last = null;
      return value;
    },
    [Symbol.dispose]: () => void client.off('notice', listen),
  };
}
