import { missing } from '../../config/fault.ts';
import type { Control } from './control.ts';
import type { Absent, Endpoint, EndpointName } from './endpoint.ts';
import { withPooler } from './pooled-sessions.ts';
import type { Session } from './session.ts';

/** @param facts what the data are, for people and for a check */
export type Keep = (facts: { readonly label: string; readonly digest: string }) => Promise<void>;

/**
 * Asked before the schema or rows of a database that is not ours are touched: false where it is only to be read.
 * @throws Fault (usage) where neither is possible
 */
export type MayWrite = (session: Session) => Promise<boolean>;

/** Started endpoints. Disposing it stops what it started itself, and nothing else. */
export class Topology implements AsyncDisposable {
  readonly endpoints: readonly Endpoint[];
  readonly absent: readonly Absent[];
  /** Keeps a copy of the primary's data for later starts; undefined where nothing is to be kept. */
  readonly keep: Keep | undefined;
  /** Undefined where the primary is ours. */
  readonly mayWrite: MayWrite | undefined;
  /** It was there before this command and stays after it: held by `up`, or the user's. */
  readonly lasts: boolean;
  /** Undefined where nobody may stop a server of it: it is the user's, or a provider has no such hand. */
  readonly control: Control | undefined;
  readonly #stop: () => Promise<void>;

  constructor(
    endpoints: readonly Endpoint[],
    absent: readonly Absent[],
    stop: () => Promise<void>,
    keep?: Keep,
    mayWrite?: MayWrite,
    lasts = false,
    control?: Control,
  ) {
    this.control = control;
    this.lasts = lasts;
    this.mayWrite = mayWrite;
    this.keep = keep;
    this.endpoints = withPooler(endpoints);
    this.absent = absent;
    this.#stop = stop;
  }

  find(name: EndpointName): Endpoint | undefined {
    return this.endpoints.find((endpoint) => endpoint.name === name);
  }

  /** @throws Fault (component) when the topology does not have it, with the reason. */
  get(name: EndpointName): Endpoint {
    const endpoint = this.find(name);
    if (endpoint) return endpoint;
    const { why, how } = this.absence(name);
    throw missing(`The topology has no ${name}: ${why}.`, how);
  }

  /** Why it is not there, and how to have it. */
  absence(name: EndpointName): Absent {
    const known = this.absent.find(({ part }) => part === name);
    return known ?? { part: name, why: 'it is off', how: 'Add it to the topology.' };
  }

  /** The same topology without what ended of it. Disposing this one stops nothing. */
  without(ended: readonly Absent[]): Topology {
    const left = this.endpoints.filter(({ name }) => !ended.some(({ part }) => part === name));
    const absent = [...this.absent, ...ended];
    return new Topology(left, absent, async () => {}, this.keep, this.mayWrite, this.lasts, this.control);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stop();
  }
}
