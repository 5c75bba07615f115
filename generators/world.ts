import { Allotment, harmonics } from './allotment.ts';
import { Calendar, day, windowStart } from './calendar.ts';
import { Encoded } from './copy/encoded.ts';
import { makePools, orderPrefix, type Pools } from './pools.ts';
import { Permutation, Random, type Subject, subjects } from './random.ts';
import type { Scale } from './scales.ts';

/** The oldest tenant; the youngest is 500 days younger, and then come customers and the first products. */
const historyStart = windowStart - 700 * day;
export const tradeStart = windowStart - 200 * day;

export const currencies = ['USD', 'EUR', 'GBP', 'CHF', 'CAD'] as const;
export const whale = { name: 'Titan Retail Group', slug: 'titan-retail' } as const;

/** Indexes into the pools that make a name and an e-mail address. */
export interface Person {
  first: number;
  last: number;
  domain: number;
  /** Written with a capital in the address: the same address for the schema, another string. */
  capital: boolean;
}

/**
 * What several tables must agree on about tenants and people. Everything is computed from (seed, scale) on demand;
 * what is kept is the pools, one number a tenant and one a day.
 */
export class World {
  readonly seed: number;
  readonly scale: Scale;
  readonly pools: Pools;
  /** Of the companies, then the whale's. */
  readonly orderPrefixes: Encoded;
  readonly calendar: Calendar;
  /** Memberships, and as many users: the first of each tenant is its owner. */
  readonly staff: Allotment;
  readonly customers: Allotment;
  readonly products: Allotment;
  readonly orders: Allotment;
  /** Users are numbered: the staff of all tenants, then the customers of all tenants. */
  readonly users: number;
  private readonly random: Random;
  private readonly companyPlace: Uint16Array;
  private readonly currentPerson: Person = { first: 0, last: 0, domain: 0, capital: false };

  constructor(seed: number, scale: Scale, appendedDays = 0) {
    this.seed = seed;
    this.scale = scale;
    this.pools = makePools(seed);
    const prefixes = [...this.pools.companies.map(({ prefix }) => prefix), orderPrefix(whale.slug)];
    this.orderPrefixes = Encoded.texts(prefixes.map((prefix) => `${prefix}-`));
    this.calendar = new Calendar(seed, scale.orders, appendedDays);
    const sums = harmonics(scale.tenants);
    this.staff = new Allotment(sums, 3 * scale.tenants + Math.floor(scale.customers / 100), 0.8);
    this.customers = new Allotment(sums, scale.customers);
    this.products = new Allotment(sums, scale.products);
    this.orders = new Allotment(sums, scale.orders);
    this.users = this.staff.rows + scale.customers;
    this.random = new Random(seed);
    const order = new Permutation(this.pools.companies.length, seed);
    this.companyPlace = Uint16Array.from(this.pools.companies, (_, index) => order.at(index));
  }

  tenantCreated(tenant: number): number {
    return historyStart + Math.floor(this.random.at(subjects.organization, tenant).unit() * 500 * day);
  }

  tenantName(tenant: number): string {
    if (tenant === 0) return whale.name;
    const { name } = this.#company(tenant);
    return tenant < this.pools.companies.length ? name : `${name} ${tenant}`;
  }

  tenantSlug(tenant: number): string {
    return tenant === 0 ? whale.slug : `${this.#company(tenant).slug}-${tenant.toString(36)}`;
  }

  /** Index into `orderPrefixes`: the first part of the tenant's order numbers, with the hyphen. */
  orderPrefix(tenant: number): number {
    return tenant === 0 ? this.companyPlace.length : this.companyPlace[tenant % this.companyPlace.length]!;
  }

  /** Index into `currencies`: USD for seven tenants of ten. */
  currency(tenant: number): number {
    const random = this.random.at(subjects.organization, tenant);
    random.next();
    return Math.max(0, random.below(14) - 9);
  }

  /** How many warehouses and shops hold the tenant's stock: 1 to 3, and 4 for the whale. */
  locations(tenant: number): number {
    return tenant === 0 ? 4 : 1 + this.random.at(subjects.location, tenant).below(3);
  }

  /** One in sixty; never the largest three, the one in the middle or the last, which stand for their classes. */
  tenantClosed(tenant: number): boolean {
    const { tenants } = this.scale;
    if (tenant < 3 || tenant === tenants - 1 || tenant === tenants >>> 1) return false;
    return tenant % 60 === 37;
  }

  userCreated(user: number): number {
    const drawn = this.random.at(subjects.user, user).unit();
    if (user >= this.staff.rows) return tradeStart + Math.floor(drawn * 200 * day);
    return this.tenantCreated(this.staff.tenantOf(user)) + Math.floor(drawn * 30 * day);
  }

  /** The returned object is overwritten by the next call. */
  person(subject: Subject, row: number): Person {
    const random = this.random.at(subject, row);
    const person = this.currentPerson;
    random.next();
    person.first = random.below(this.pools.firstNames.size);
    person.last = random.skewed(this.pools.lastNames.size);
    person.domain = random.skewed(this.pools.email.domain.size);
    person.capital = random.chance(0.02);
    return person;
  }

  #company(tenant: number): Pools['companies'][number] {
    const { companies } = this.pools;
    return companies[this.companyPlace[tenant % companies.length]!]!;
  }
}
