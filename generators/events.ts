import { Assortment } from './assortment.ts';
import { Identifiers } from './identifiers.ts';
import { cancelled, draft, orderStatuses, processing, refunded, Sales } from './order-facts.ts';
import { OrderTimeline } from './order-timeline.ts';
import { subjects } from './random.ts';
import { currencies, type World } from './world.ts';

const eventKinds = [
  'drafted',
  'placed',
  'paid',
  'shipped',
  'delivered',
  'completed',
  'cancelled',
  'refunded',
] as const;
export type EventKind = (typeof eventKinds)[number];

/**
 * Something that happened to an order, as a column store holds it. Times in milliseconds since 1970 (UTC), amounts in
 * cents of the order's currency. What the same sums are on both sides, by organization, currency and UTC day of `placedAt`:
 *
 *   sum(revenueCents)                           total_cents of orders that are no draft, cancelled or refunded
 *                                               (total_revenue_cents of cache.organization_metrics)
 *   count of drafted and placed                 orders
 *   count of delivered minus count of refunded  orders that are delivered or completed
 */
export interface OrderEvent {
  /** A version 7 UUID of `occurredAt`. */
  readonly eventId: string;
  readonly kind: EventKind;
  /** From created_at to updated_at of the order. */
  readonly occurredAt: number;
  readonly organizationId: string;
  readonly orderId: string;
  /** null: a guest's order. */
  readonly userId: string | null;
  /** created_at of the order: with `orderId` its key in PostgreSQL. */
  readonly placedAt: number;
  /** The order's status after its last event. */
  readonly status: (typeof orderStatuses)[number];
  readonly currency: (typeof currencies)[number];
  readonly totalCents: number;
  /** What the event adds to revenue: the total when placed, its negative when cancelled or refunded, else 0. */
  readonly revenueCents: number;
  /** Items of the order, and pieces of all of them. */
  readonly items: number;
  readonly pieces: number;
}

/** Orders whose facts are computed at once. */
const stride = 4096;

/**
 * Every event of every order of the data set, in batches of `batch` events (the last one may have fewer), in the order
 * in which the orders were placed; the events of one order follow each other. About three an order. A function of seed
 * and order, as every row is: the world of the database (`storedWorld`) gives the same truth.
 *
 * @param options.from first order, `to` the one after the last: a part of them, for several writers
 */
export async function* orderEvents(
  world: World,
  options: { readonly batch?: number; readonly from?: number; readonly to?: number } = {},
): AsyncGenerator<OrderEvent[], void, undefined> {
  const { batch = 10_000, from = 0, to = world.calendar.orders } = options;
  const sales = new Sales(world, new Assortment(world), stride);
  const maker = new EventMaker(world, sales);
  let made: OrderEvent[] = [];
  for (let order = from; order < to; order += stride) {
    sales.begin(order);
    sales.extend(Math.min(to - order, stride));
    for (let i = 0; i < sales.count; i++) {
      maker.add(made, i);
      if (made.length >= batch) {
        yield made.slice(0, batch);
        made = made.slice(batch);
      }
    }
  }
  for (; made.length; made = made.slice(batch)) yield made.slice(0, batch);
}

class EventMaker {
  private readonly world: World;
  private readonly sales: Sales;
  private readonly course: OrderTimeline;
  private readonly ids: Identifiers;

  constructor(world: World, sales: Sales) {
    this.world = world;
    this.sales = sales;
    this.course = new OrderTimeline(world);
    this.ids = new Identifiers(world.seed);
  }

  /** Adds the events of the order at index `i`. */
  add(events: OrderEvent[], i: number): void {
    const { sales, course, ids } = this;
    course.of(sales, i);
    const order = sales.from + i;
    const facts = this.#facts(i);
    const { placedAt, totalCents } = facts;
    const status = sales.status[i]!;
    const add = (kind: EventKind, occurredAt: number, revenueCents = 0) => {
      const number = order * eventKinds.length + eventKinds.indexOf(kind);
      events.push({
        eventId: ids.text(subjects.eventId, number, occurredAt),
        kind,
        occurredAt,
        ...facts,
        revenueCents,
      });
    };
    if (status === draft) add('drafted', placedAt);
    else add('placed', placedAt, totalCents);
    if (this.#paid(status)) add('paid', Math.min(course.updatedAt, placedAt + (course.drawn % 600_000)));
    if (course.sentAt) add('shipped', course.sentAt);
    if (course.arrivedAt) add('delivered', course.arrivedAt);
    if (course.completedAt) add('completed', course.completedAt);
    if (status === cancelled) add('cancelled', course.cancelledAt, -totalCents);
    if (status === refunded) add('refunded', course.updatedAt, -totalCents);
  }

  /** Money was taken, though it may have been given back: as payment_status of the row says. */
  #paid(status: number): boolean {
    if (status === cancelled) return this.course.cancelledWhenPaid;
    return status >= processing && status <= refunded;
  }

  #facts(i: number) {
    const { world, sales, ids } = this;
    const tenant = sales.tenant[i]!;
    const user = sales.user[i]!;
    const placedAt = sales.time[i]!;
    const [first, end] = [sales.first[i]!, sales.first[i + 1]!];
    let pieces = 0;
    for (let at = first; at < end; at++) pieces += sales.quantity[at]!;
    return {
      organizationId: ids.text(subjects.organizationId, tenant, sales.founded[i]!),
      orderId: ids.text(subjects.orderId, sales.from + i, placedAt),
      userId: user < 0 ? null : ids.text(subjects.userId, user, world.userCreated(user)),
      placedAt,
      status: orderStatuses[sales.status[i]!]!,
      currency: currencies[sales.currency[i]!]!,
      totalCents: sales.subtotal[i]! - sales.discount[i]! + sales.shipping[i]! + sales.tax[i]!,
      items: end - first,
      pieces,
    };
  }
}
