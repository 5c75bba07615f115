import { randomBytes } from 'node:crypto';
import { seeded } from '../../analysis/statistics/seeded.ts';
import type { CacheSessions } from '../../result/result.ts';
import type { Setting } from '../measure.ts';
import { percentilesOf } from '../percentiles.ts';
import type { Figures } from './figures.ts';
import { clientsUntil } from './requests.ts';
import { lifetime, type Target } from './target.ts';

const clients = 32;
const logins = 1000;
const sessionBytes = 1024;
/** Most requests only read who asks; one in five also renews or changes the session. */
const writes = 0.2;

/** Session data of a thousand logins: read by every request, written by one in five. */
export async function sessions(
  { budget, seed, signal }: Setting,
  target: Target,
): Promise<Figures<CacheSessions>[]> {
  const value = randomBytes(sessionBytes / 2).toString('hex');
  const key = (login: number) => target.key(`session:${login}`);
  const store = (login: number) => target.client.set(key(login), value, 'EX', lifetime.seconds);
  await Promise.all(Array.from({ length: logins }, (_, login) => store(login)));
  const random = seeded(seed);
  const [getMs, setMs]: number[][] = [[], []];
  const started = performance.now();
  await clientsUntil(clients, started + budget.partTime, signal, async () => {
    const login = Math.floor(random() * logins);
    const write = random() < writes;
    const began = performance.now();
    if (write) await store(login);
    else await target.client.get(key(login));
    (write ? setMs! : getMs!).push(performance.now() - began);
  });
  const seconds = (performance.now() - started) / 1000;
  return [
    {
      name: 'sessions',
      kind: 'sessions',
      clients,
      sessionBytes,
      operationsPerSecond: (getMs!.length + setMs!.length) / seconds,
      getMs: percentilesOf(getMs!),
      setMs: percentilesOf(setMs!),
    },
  ];
}
