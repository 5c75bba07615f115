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
  /** Which server leads: the primary, or a replica that was promoted. */
  leads(): EndpointName;
  /**
   * Has the topology's pooler serve another server: it is started anew, and its clients connect again.
   * @param port where that is reached, if not at its own port
   */
  pointPooler(to: EndpointName, port?: number): Promise<void>;
  /** Has a running standby follow another server; where it cannot, it is made anew from that. Says how, and why. */
  follow(standby: EndpointName, leader: EndpointName, port?: number): Promise<string>;
  /** Makes a former primary a standby of the new one: by pg_rewind, else from a copy. Says how, and why. */
  rejoin(former: EndpointName, leader: EndpointName): Promise<string>;
  /** Gives every server its own part again: the primary leads, both replicas follow it, the pooler serves it. */
  restoreRoles(): Promise<void>;
  /** Why no folder can be put on a small disk here; undefined where it can. */
  smallDiskTrouble(): string | undefined;
  /** Puts a folder of the primary's data directory on a disk with so much room left; the primary is restarted. */
  smallDisk(folder: string, roomBytes: number): Promise<void>;
  /** Fills that disk, or makes room again. */
  fillDisk(folder: string, full: boolean): Promise<void>;
  /** Takes every folder back from its small disk; the primary is restarted. */
  largeDisk(): Promise<void>;
  /** Resumes what is paused, starts what is stopped, gives back the roles, and takes back the note. */
  repair(): Promise<void>;
  /** The process of a part that runs. */
  pid(part: EndpointName): number | undefined;
}
