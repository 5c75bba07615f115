import type { Caller } from './service.ts';

export interface Organization {
  readonly organization_id: string;
  readonly name: string;
  readonly slug: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly subscription_plan: string;
  readonly subscription_status: string;
  readonly status: string;
  readonly version: number;
}

export class Organizations {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** The caller's own tenant; undefined when he is no active member of it. */
  current(): Promise<Organization | undefined> {
    return this.#caller.row('organizations/by-id');
  }
}
