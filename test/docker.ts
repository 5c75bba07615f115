/** For tests: the engine that `./olympus test` found or started. */
import { Fault } from '../config/fault.ts';
import { type Engine, findEngine } from '../infra/docker/engine.ts';

/** An engine, or why a test of it is skipped. */
export async function testEngine(): Promise<
  { readonly engine: Engine; readonly skip: false } | { readonly engine?: never; readonly skip: string }
> {
  try {
    return { engine: await findEngine(), skip: false };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { skip: process.env.OLYMPUS_NO_DOCKER ?? `${error.message} ${error.next}` };
  }
}
