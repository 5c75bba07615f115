import type { Assortment } from '../assortment.ts';
import { Identifiers } from '../identifiers.ts';
import { Random } from '../random.ts';
import type { World } from '../world.ts';

/** What whoever writes rows of a table has at hand. The identifiers draw for themselves, so `random` is undisturbed. */
export abstract class Rows {
  protected readonly world: World;
  protected readonly assortment: Assortment;
  protected readonly random: Random;
  protected readonly ids: Identifiers;

  constructor(world: World, assortment: Assortment) {
    this.world = world;
    this.assortment = assortment;
    this.random = new Random(world.seed);
    this.ids = new Identifiers(world.seed);
  }
}
