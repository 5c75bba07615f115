import { day } from './calendar.ts';
import { cancelled, completed, delivered, refunded, type Sales, shipped } from './order-facts.ts';
import { Random, subjects } from './random.ts';
import type { World } from './world.ts';

/**
 * When what happened to an order, by its status; the row in the database and the events of the other stores are made
 * from one of these. Times in milliseconds since 1970, 0: it did not happen.
 */
export class OrderTimeline {
  /** Draws about the order that are left for whoever goes on after `of`. */
  readonly random: Random;
  private readonly addresses: number;
  drawn = 0;
  address = 0;
  sentAt = 0;
  arrivedAt = 0;
  cancelledAt = 0;
  completedAt = 0;
  /** When the last of these was, or the order was placed. */
  updatedAt = 0;

  constructor(world: World) {
    this.random = new Random(world.seed);
    this.addresses = world.pools.addresses.size;
  }

  /** Of a cancelled order: money had been taken and was given back, else it was never taken. */
  get cancelledWhenPaid(): boolean {
    return this.drawn % 2 === 1;
  }

  /** Computes the course of the order at index `i`. */
  of(sales: Sales, i: number): void {
    const random = this.random.at(subjects.orderText, sales.from + i);
    const status = sales.status[i]!;
    const time = sales.time[i]!;
    const last = sales.horizon[i]! - 1;
    this.drawn = random.next();
    this.address = random.below(this.addresses);
    const arrived = status === delivered || status === completed || status === refunded;
    const sent = status === shipped || arrived;
    const sentAt = sent ? Math.min(last, time + Math.floor((0.2 + 1.5 * random.unit()) * day)) : 0;
    const arrivedAt = arrived
      ? Math.max(sentAt, Math.min(last, time + Math.floor((2 + 4 * random.unit()) * day)))
      : 0;
    const cancelledAt = status === cancelled ? Math.min(last, time + Math.floor(random.unit() * day)) : 0;
    const completedAt =
      status === completed
        ? Math.max(arrivedAt, Math.min(last, time + Math.floor((6 + 3 * random.unit()) * day)))
        : 0;
    this.sentAt = sentAt;
    this.arrivedAt = arrivedAt;
    this.cancelledAt = cancelledAt;
    this.completedAt = completedAt;
    this.updatedAt = Math.max(time, sentAt, arrivedAt, cancelledAt, completedAt);
  }
}
