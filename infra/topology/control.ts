import type { EndpointName } from '../endpoints/endpoints.ts';

/**
 * fast: in order, with a checkpoint. immediate: at once, so that the next start recovers (PostgreSQL's own words).
 * kill: SIGKILL to the process itself; what it forked is left to notice.
 */
export type StopHow = 'fast' | 'immediate' | 'kill';

/**
 * The hand on the servers of a topology of ours, for drills. What is broken is noted in the topology's folder before it
 * is, so that the next command can repair it if this process dies.
 */
export interface Control {
  /** Notes that something is about to be broken; `repair` ends it. */
  breaking(): Promise<void>;
  stop(part: EndpointName, how: StopHow): Promise<void>;
  /** Stops the clock of a part: its process and what it forked get SIGSTOP. */
  pause(part: EndpointName): Promise<void>;
  resume(part: EndpointName): Promise<void>;
  /** Starts a part that does not run, on its port and its data; one that runs is left alone. */
  start(part: EndpointName): Promise<void>;
  /** Resumes what is paused and starts what is stopped, of all that the topology had, and takes back the note. */
  repair(): Promise<void>;
  /** The process of a part that runs. */
  pid(part: EndpointName): number | undefined;
}
