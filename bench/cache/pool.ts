/** Things that are lent to one at a time; whoever comes when none is free waits for its turn. */
export class Pool<Thing> {
  readonly #free: Thing[] = [];
  readonly #waiting: ((thing: Thing) => void)[] = [];

  put(thing: Thing): void {
    const next = this.#waiting.shift();
    if (next) next(thing);
    else this.#free.push(thing);
  }

  async lend<T>(work: (thing: Thing) => Promise<T>): Promise<T> {
    const thing = this.#free.pop() ?? (await new Promise<Thing>((take) => this.#waiting.push(take)));
    try {
      return await work(thing);
    } finally {
      this.put(thing);
    }
  }
}
