import type { Caller } from './service.ts';

export interface User {
  readonly organization_id: string;
  readonly id: string;
  readonly email: string;
  readonly full_name: string;
  readonly display_name: string | null;
  readonly role: string;
  readonly status: string;
  readonly version: number;
}

export interface Membership {
  readonly organization_id: string;
  readonly id: string;
  readonly user_id: string;
  readonly role: string;
  readonly status: string;
  readonly accepted_at: Date | null;
}

export class Users {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** A member of the tenant. */
  byId(id: string): Promise<User | undefined> {
    return this.#caller.row('users/by-id', { id });
  }

  /** In which role a user belongs to the tenant; undefined when he does not. */
  membership(userId: string): Promise<Membership | undefined> {
    return this.#caller.row('members/of-user', { user_id: userId });
  }
}
