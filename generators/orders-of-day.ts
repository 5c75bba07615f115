import { Permutation, Random, subjects } from './random.ts';
import type { World } from './world.ts';

/**
 * Finds orders by tenant and day, where Sales finds tenants by order: for rows of other tables that refer to orders.
 */
export class OrdersOfDay {
  private readonly world: World;
  private readonly random: Random;
  private readonly dealt: (Permutation | undefined)[] = [];
  /** What was found last: the number of the order and the time at which it was placed. */
  order = 0;
  time = 0;

  constructor(world: World) {
    this.world = world;
    this.random = new Random(world.seed);
  }

  /** One of the orders of `tenant` on day `index`, chosen by `drawn` (a whole number >= 0); false: it has none. */
  find(tenant: number, index: number, drawn: number): boolean {
    const { calendar, orders } = this.world;
    const first = calendar.firstOfDay[index]!;
    const ofDay = calendar.firstOfDay[index + 1]! - first;
    const phase = calendar.phases[index]!;
    const start = orders.start(tenant, ofDay, phase);
    const count = orders.start(tenant + 1, ofDay, phase) - start;
    if (count === 0) return false;
    this.dealt[index] ??= new Permutation(ofDay, calendar.keys[index]!);
    const position = this.dealt[index].inverse(start + (drawn % count));
    this.order = first + position;
    const jitter = this.random.at(subjects.order, this.order).unit();
    this.time = calendar.timeOf(index, position, ofDay, jitter);
    return true;
  }
}
