import { Assortment, variantNumber } from './assortment.ts';
import { day, firstDayOfMonth, windowDays, windowEnd, windowStart } from './calendar.ts';
import { DrawnAhead, maxItems, ordersAhead } from './drawn-ahead.ts';
import { soldName } from './known-products.ts';
import { KnownTenants, tenantFact } from './known-tenants.ts';
import { Permutation, Random, remainder, subjects } from './random.ts';
import type { World } from './world.ts';

export const orderStatuses = [
  'draft',
  'pending',
  'confirmed',
  'processing',
  'shipped',
  'delivered',
  'completed',
  'cancelled',
  'refunded',
] as const;
/** Their indexes. */
export const [draft, , confirmed, processing, shipped, delivered, completed, cancelled, refunded] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
] as const;

/** Cumulative shares of the statuses above, by the age of the order in days (up to and including). */
const statusByAge: readonly (readonly [age: number, cumulative: readonly number[]])[] = [
  [1, [0.06, 0.4, 0.66, 0.92, 0.95, 0.95, 0.95, 1, 1]],
  [4, [0.03, 0.08, 0.16, 0.42, 0.84, 0.94, 0.94, 0.99, 1]],
  [10, [0.015, 0.025, 0.035, 0.06, 0.34, 0.84, 0.92, 0.975, 1]],
  [30, [0.008, 0.011, 0.014, 0.018, 0.04, 0.5, 0.92, 0.965, 1]],
  [Number.POSITIVE_INFINITY, [0.003, 0.004, 0.005, 0.006, 0.008, 0.16, 0.92, 0.965, 1]],
];

/** Of 200 orders, how many have one item, two, ...: 2.84 on average. */
const itemCounts = [56, 52, 36, 22, 14, 8, 6, 3, 2, 1].flatMap((weight, index) =>
  new Array<number>(weight).fill(index + 1),
);
const taxPermille = [80, 190, 200, 81, 130]; // by currency
/** Larger than a tenant's number of products ever is, and prime: multiplying by it permutes them. */
const prime = 1_000_003;
const countedTenants = 16_384;

/**
 * The facts of a range of orders and their items, in columns. Both tables are written from one of these, so that
 * items, totals and times agree by construction. Order i's items are first[i] up to first[i + 1].
 */
export class Sales {
  count = 0;
  from = 0;
  readonly tenant: Int32Array;
  /** When the tenant was founded: the time in its identifier. */
  readonly founded: Float64Array;
  /** Index into `currencies`. */
  readonly currency: Uint8Array;
  readonly time: Float64Array;
  readonly horizon: Float64Array;
  readonly serial: Float64Array;
  readonly status: Uint8Array;
  readonly user: Float64Array; // -1: a guest
  readonly subtotal: Float64Array;
  readonly discount: Float64Array;
  readonly shipping: Float64Array;
  readonly tax: Float64Array;
  readonly first: Int32Array;
  readonly product: Float64Array; // -1: its tenant has none
  readonly productCreated: Float64Array;
  readonly variant: Float64Array; // number of the variant, -1: none
  readonly quantity: Uint8Array;
  readonly price: Float64Array;
  readonly itemDiscount: Float64Array;
  readonly itemTax: Float64Array;
  readonly name: Int32Array; // a soldName
  private readonly drawn = new DrawnAhead();
  private readonly world: World;
  private readonly assortment: Assortment;
  private readonly random: Random;
  private readonly tenants: KnownTenants;
  /** Of the order that is computed next: its day, the first day of its month, and how the day's orders are dealt. */
  private day = 0;
  private month = 0;
  private permutation = new Permutation(1, 0);
  /** Orders of a tenant in its month before a day, as last counted, by the low bits of the tenant. */
  private readonly countedTenant = new Int32Array(countedTenants).fill(-1);
  private readonly countedDay = new Int32Array(countedTenants);
  private readonly counted = new Float64Array(countedTenants);

  constructor(world: World, assortment: Assortment, capacity: number) {
    const items = capacity * maxItems;
    this.world = world;
    this.assortment = assortment;
    this.random = new Random(world.seed);
    this.tenants = new KnownTenants(world);
    this.tenant = new Int32Array(capacity);
    this.founded = new Float64Array(capacity);
    this.currency = new Uint8Array(capacity);
    this.time = new Float64Array(capacity);
    this.horizon = new Float64Array(capacity);
    this.serial = new Float64Array(capacity);
    this.status = new Uint8Array(capacity);
    this.user = new Float64Array(capacity);
    this.subtotal = new Float64Array(capacity);
    this.discount = new Float64Array(capacity);
    this.shipping = new Float64Array(capacity);
    this.tax = new Float64Array(capacity);
    this.first = new Int32Array(capacity + 1);
    this.product = new Float64Array(items);
    this.productCreated = new Float64Array(items);
    this.variant = new Float64Array(items);
    this.quantity = new Uint8Array(items);
    this.price = new Float64Array(items);
    this.itemDiscount = new Float64Array(items);
    this.itemTax = new Float64Array(items);
    this.name = new Int32Array(items);
  }

  /** Starts at order `from`, with none computed. */
  begin(from: number): void {
    this.from = from;
    this.count = 0;
    this.#enter(this.world.calendar.dayOf(from));
  }

  /** Computes as many more orders as it takes to have `count` of them. */
  extend(count: number): void {
    while (this.count < count) {
      const from = this.count;
      this.drawn.begin(from, this.first[from]!);
      this.#draw(Math.min(count, from + ordersAhead));
      this.drawn.touch(this.assortment.known, this.first[this.count]!);
      for (let i = from; i < this.count; i++) this.#items(i);
    }
  }

  /** Everything about the orders up to `count` that is known before their products are looked up. */
  #draw(count: number): void {
    const { calendar, orders } = this.world;
    for (; this.count < count; this.count++) {
      const i = this.count;
      const order = this.from + i;
      while (order >= calendar.firstOfDay[this.day + 1]!) this.#enter(this.day + 1);
      const { day: index, month, permutation } = this;
      const start = calendar.firstOfDay[index]!;
      const ofDay = calendar.firstOfDay[index + 1]! - start;
      const phase = calendar.phases[index]!;
      const dealt = permutation.at(order - start);
      const tenant = orders.tenantOf(dealt, ofDay, phase);
      this.tenant[i] = tenant;
      this.serial[i] =
        this.#ordersBefore(tenant, index, month) + dealt - orders.start(tenant, ofDay, phase) + 1;
      this.horizon[i] = index < windowDays ? windowEnd : windowStart + (index + 1) * day;
      this.#order(i, order, index, order - start, ofDay);
    }
  }

  #enter(index: number): void {
    const { calendar } = this.world;
    this.day = index;
    this.month = firstDayOfMonth(index);
    const ofDay = calendar.firstOfDay[index + 1]! - calendar.firstOfDay[index]!;
    this.permutation = new Permutation(ofDay, calendar.keys[index]!);
  }

  /** Orders of the tenant on the days [month, index), counted on from where the last count of it ended. */
  #ordersBefore(tenant: number, index: number, month: number): number {
    const { calendar, orders } = this.world;
    const slot = tenant & (countedTenants - 1);
    const known =
      this.countedTenant[slot] === tenant &&
      this.countedDay[slot]! >= month &&
      this.countedDay[slot]! <= index;
    let sum = known ? this.counted[slot]! : 0;
    for (let earlier = known ? this.countedDay[slot]! : month; earlier < index; earlier++) {
      const count = calendar.firstOfDay[earlier + 1]! - calendar.firstOfDay[earlier]!;
      sum += orders.count(tenant, count, calendar.phases[earlier]!);
    }
    this.countedTenant[slot] = tenant;
    this.countedDay[slot] = index;
    this.counted[slot] = sum;
    return sum;
  }

  #order(i: number, order: number, index: number, position: number, ofDay: number): void {
    const { world } = this;
    const tenant = this.tenant[i]!;
    const random = this.random.at(subjects.order, order);
    const time = world.calendar.timeOf(index, position, ofDay, random.unit());
    this.time[i] = time;
    this.status[i] = statusAt((this.horizon[i]! - time) / day, random.unit());
    const { facts } = this.tenants;
    const known = this.tenants.at(tenant);
    const ofTenant = facts[known + tenantFact.customers]!;
    const registered = random.chance(0.72);
    const customer = facts[known + tenantFact.firstCustomer]! + random.skewed(ofTenant);
    this.user[i] = registered && ofTenant > 0 ? customer : -1;
    const count = itemCounts[random.below(itemCounts.length)]!;
    const coupon = random.chance(0.15);
    const freight = random.below(4);

    const first = this.first[i]!;
    this.first[i + 1] = first + count;
    this.founded[i] = facts[known + tenantFact.founded]!;
    this.currency[i] = facts[known + tenantFact.currency]!;
    this.drawn.order(i, coupon, freight);
    const products = facts[known + tenantFact.firstProduct]!;
    const offered = facts[known + tenantFact.products]!;
    for (let n = 0; n < count; n++) this.#item(first + n, order * 16 + n, tenant, products, offered);
  }

  #item(at: number, item: number, tenant: number, start: number, count: number): void {
    const random = this.random.at(subjects.item, item);
    const rank = Math.floor(random.unit() * random.skewed(count));
    const quantity = random.unit();
    const which = random.unit();
    const reduced = random.chance(0.06);
    this.quantity[at] = quantity < 0.72 ? 1 : quantity < 0.91 ? 2 : 3 + Math.floor((quantity - 0.91) * 40);
    const wanted = count ? start + remainder(rank * prime + tenant, count) : -1;
    const older = count ? start + remainder(rank, this.assortment.established(count)) : -1;
    this.drawn.item(at, which, reduced, wanted, older);
  }

  /** What is sold by order `i`, and what it comes to. */
  #items(i: number): void {
    const tenant = this.tenant[i]!;
    const time = this.time[i]!;
    const permille = taxPermille[this.currency[i]!]!;
    let subtotal = 0;
    let tax = 0;
    for (let at = this.first[i]!; at < this.first[i + 1]!; at++) {
      this.#sell(at, tenant, time);
      const total = this.quantity[at]! * this.price[at]! - this.itemDiscount[at]!;
      this.itemTax[at] = Math.round((total * permille) / 1000);
      subtotal += total;
      tax += this.itemTax[at]!;
    }
    this.subtotal[i] = subtotal;
    this.tax[i] = tax;
    this.discount[i] = this.drawn.coupon(i) ? Math.floor(subtotal / 10) : 0;
    this.shipping[i] = subtotal >= 10_000 ? 0 : 390 + this.drawn.freight(i) * 200;
  }

  #sell(at: number, tenant: number, time: number): void {
    const { drawn } = this;
    const which = drawn.which(at);
    const wanted = drawn.wanted(at);
    if (wanted < 0) {
      this.product[at] = this.variant[at] = -1;
      this.price[at] = 999 + 500 * Math.floor(which * 20);
      const word = Math.floor(which * 12);
      this.name[at] = soldName(word, word, word);
    } else {
      const { known } = this.assortment;
      // A product that did not exist yet at that time is replaced by an older one.
      let sold = known.at(wanted, tenant);
      if (known.created(sold) > time) sold = known.at(drawn.older(at), tenant);
      const number = known.number(sold);
      const variants = known.variants(sold);
      const price = known.price(sold);
      const variant = Math.floor(which * variants);
      const now = variants ? Assortment.variantPrice(price, variant) : price;
      this.product[at] = number;
      this.productCreated[at] = known.created(sold);
      this.variant[at] = variants ? variantNumber(number, variant + 1) : -1;
      this.price[at] = time < known.repriced(sold) ? Math.floor((now * 9) / 10) : now;
      this.name[at] = known.name(sold);
    }
    this.itemDiscount[at] = drawn.reduced(at) ? Math.floor((this.quantity[at]! * this.price[at]!) / 5) : 0;
  }
}

function statusAt(age: number, drawn: number): number {
  let row = 0;
  while (age > statusByAge[row]![0]) row++;
  const cumulative = statusByAge[row]![1];
  let status = 0;
  while (drawn >= cumulative[status]!) status++;
  return status;
}
