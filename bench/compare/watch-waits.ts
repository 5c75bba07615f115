import { setTimeout as pause } from 'node:timers/promises';
import { type Looks, leastRounds, type Waiting, waitingByLooks } from '../../analysis/gate/waits.ts';
import { type Connection, connect } from '../../infra/topology/session.ts';
import { forTenant } from '../../scenarios/identity.ts';
import type { Cell } from './cells.ts';
import { backendOf, limitTime } from './sessions.ts';
import type { ReadySide } from './side.ts';

/** How long a side is watched before the other one is, how often it is looked at, and rounds of both at most. */
const slice = 150;
const lookMs = 2;
const mostRounds = 40;
const shown = 3;

/** What was seen of both sides, and what their server processes waited for, the most frequent first: "Timeout PgSleep 81 %". */
export interface Watched {
  readonly waiting: Waiting;
  readonly looks: readonly [a: number, b: number];
  readonly events: readonly [a: readonly string[], b: readonly string[]];
}

/** Executes the cells on A and B in turn and looks at what their server processes wait for, until that decides. */
export async function watchWaits(
  sides: readonly [ReadySide, ReadySide],
  cells: readonly Cell[],
  signal: AbortSignal,
): Promise<Watched> {
  await using made = new AsyncDisposableStack();
  const watchers: Watcher[] = [];
  for (const side of sides) {
    const looker = made.use(await connect(side.home.url('admin', side.database), 'olympus-compare'));
    watchers.push(new Watcher(side, looker));
  }
  const [a, b] = watchers as [Watcher, Watcher];
  const rounds: [Looks, Looks][] = [];
  let waiting: Waiting = { kind: 'unknown' };
  while (cells.length > 0 && rounds.length < mostRounds) {
    signal.throwIfAborted();
    const own = cells.map((_, i) => cells[(i + rounds.length) % cells.length]!);
    rounds.push([await a.watch(own), await b.watch(own)]);
    waiting = waitingByLooks(rounds);
    if (rounds.length >= leastRounds && waiting.kind !== 'unknown') break;
  }
  return { waiting, looks: [a.looks, b.looks], events: [a.events(), b.events()] };
}

/** One side, and the session that looks at it. */
class Watcher {
  readonly #side: ReadySide;
  readonly #looker: Connection;
  readonly #found = new Map<string, number>();
  looks = 0;

  constructor(side: ReadySide, looker: Connection) {
    this.#side = side;
    this.#looker = looker;
  }

  /** Executes the cells, the first of them at least, until the slice is over. */
  async watch(cells: readonly Cell[]): Promise<Looks> {
    const end = performance.now() + slice;
    const seen = { all: 0, waiting: 0 };
    for (const cell of cells) {
      if (performance.now() > end) break;
      await this.#watchCell(cell, Math.min(end, performance.now() + slice / cells.length), seen);
    }
    this.looks += seen.all;
    return seen;
  }

  async #watchCell(cell: Cell, end: number, seen: { all: number; waiting: number }): Promise<void> {
    const session = this.#side.sessions.of(cell.statement);
    const pid = await backendOf(session);
    let over = false;
    const work = execute(session, this.#side, cell, end).finally(() => {
      over = true;
    });
    work.catch(() => {}); // it is awaited below
    while (!over) {
      const { rows } = await this.#looker.query<{ event: string | null }>(look, [pid]);
      if (rows[0]) {
        seen.all++;
        const { event } = rows[0];
        if (event !== null) {
          seen.waiting++;
          this.#found.set(event, (this.#found.get(event) ?? 0) + 1);
        }
      }
      await pause(lookMs);
    }
    await work;
  }

  events(): string[] {
    return [...this.#found]
      .toSorted(([, x], [, y]) => y - x)
      .slice(0, shown)
      .map(([event, count]) => `${event} ${Math.round((100 * count) / this.looks)} %`);
  }
}

/** What it waits for us does not count. */
const look = `SELECT wait_event_type || ' ' || wait_event AS event FROM pg_stat_activity
  WHERE pid = $1 AND state = 'active' AND wait_event_type IS DISTINCT FROM 'Client'`;

async function execute(session: Connection, { texts }: ReadySide, cell: Cell, end: number): Promise<void> {
  const { statement, tenant, draws } = cell;
  await forTenant(session, tenant, async () => {
    await session.query(limitTime);
    do {
      await session.query('SAVEPOINT one');
      await session.query(texts?.get(statement.name) ?? statement.sql, draws[0]!);
      await session.query('ROLLBACK TO one');
    } while (performance.now() < end);
  });
}
