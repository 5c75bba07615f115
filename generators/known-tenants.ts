import type { World } from './world.ts';

/** A power of two; they take 256 KB. */
const slots = 4096;
const stride = 8;

/**
 * What sales need of the tenants that sold lately, a cache line each, by the low bits of their number. By Zipf's law a
 * few tenants have most orders.
 */
export class KnownTenants {
  readonly facts = new Float64Array(slots * stride).fill(-1);
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  /** Where in `facts` a tenant stands: its number, then what `tenantFact` names. */
  at(tenant: number): number {
    const at = (tenant & (slots - 1)) * stride;
    if (this.facts[at] !== tenant) this.#fill(at, tenant);
    return at;
  }

  #fill(at: number, tenant: number): void {
    const { facts, world } = this;
    const customers = world.customers.start(tenant);
    const products = world.products.start(tenant);
    facts[at] = tenant;
    facts[at + tenantFact.founded] = world.tenantCreated(tenant);
    facts[at + tenantFact.currency] = world.currency(tenant);
    facts[at + tenantFact.firstCustomer] = world.staff.rows + customers;
    facts[at + tenantFact.customers] = world.customers.start(tenant + 1) - customers;
    facts[at + tenantFact.firstProduct] = products;
    facts[at + tenantFact.products] = world.products.start(tenant + 1) - products;
  }
}

/** What stands after the number: when it was founded, its currency's index, and its ranges of customers and products. */
export const tenantFact = {
  founded: 1,
  currency: 2,
  firstCustomer: 3,
  customers: 4,
  firstProduct: 5,
  products: 6,
} as const;
