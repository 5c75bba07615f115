import { connect } from '../../../infra/topology/session.ts';
import { pause } from '../../pause.ts';
import type { CheckpointerLook } from './checkpoint-phases.ts';

const lookEvery = 50;

export interface CheckpointerWatch {
  /** Ends it. @throws what kept it from looking */
  looks(): Promise<readonly CheckpointerLook[]>;
}

/** Looks at what the checkpointer does until it is asked for its looks. An idle one waits in its main loop. */
export async function watchCheckpointer(url: string): Promise<CheckpointerWatch> {
  const session = await connect(url, 'olympus-drill');
  const looks: CheckpointerLook[] = [];
  const ending = new AbortController();
  const work = (async () => {
    try {
      while (!ending.signal.aborted) {
        const { rows } = await session.query<{ idle: boolean }>(
          `SELECT wait_event IS NOT DISTINCT FROM 'CheckpointerMain' AS idle
             FROM pg_stat_activity WHERE backend_type = 'checkpointer'`,
        );
        if (rows.length === 0) throw new Error('pg_stat_activity shows no checkpointer');
        looks.push({ at: performance.now(), working: !rows[0]!.idle });
        await pause(lookEvery, ending.signal).catch(() => {}); // it is over
      }
    } finally {
      await session[Symbol.asyncDispose]();
    }
  })();
  work.catch(() => {}); // looks() reports it
  return {
    async looks() {
      ending.abort();
      await work;
      return looks;
    },
  };
}
