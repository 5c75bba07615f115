import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What became of an expectation. Times are in milliseconds since `expect` was called.
 * seen: the quantity passed the target between `afterMs` (when the last read that missed it was sent, 0 if none
 * did) and `beforeMs` (when the reply that showed it arrived). unseen: it had not when watching ended.
 * `first` is what the first read sent after `expect` returned; null if no read came back.
 */
export type Sighting =
  | { readonly kind: 'seen'; readonly first: number; readonly afterMs: number; readonly beforeMs: number }
  | { readonly kind: 'unseen'; readonly first: number | null; readonly atLeastMs: number };

interface Waiting {
  readonly target: number;
  readonly since: number;
  first: number | null;
  missedAt: number;
  readonly resolve: (sighting: Sighting) => void;
}

/** Below this age an expectation is read for without a pause, so that a short lag is told finely. */
const eagerMs = 2;
const pauseMs = 1;

/**
 * Watches a quantity that only grows (a replayed LSN, the newest visible row) by reading it again and again, only
 * while someone waits for it. One read is under way at a time, on a connection that does nothing else.
 */
export class Watch {
  readonly #read: () => Promise<number>;
  readonly #now: () => number;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #ended = false;
  #wake = new AbortController();
  /** Why reading stopped by itself, if it did. */
  failure: string | undefined;

  /** `read` resolves to the quantity's present value; `now` is a monotonic clock in milliseconds. */
  constructor(read: () => Promise<number>, now: () => number) {
    this.#read = read;
    this.#now = now;
  }

  /** Resolves when the quantity has reached `target`, or as unseen when watching ends before. Never rejects. */
  expect(target: number): Promise<Sighting> {
    const { promise, resolve } = Promise.withResolvers<Sighting>();
    const since = this.#now();
    this.#waiting.push({ target, since, first: null, missedAt: 0, resolve });
    if (this.#ended) this.#giveUp();
    else {
      this.#wake.abort();
      this.#running ??= this.#watch().finally(() => {
        this.#running = undefined;
      });
    }
    return promise;
  }

  /** Ends watching: whoever still waits is answered with unseen. Resolves when no read is under way any more. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#wake.abort();
    await this.#running;
    this.#giveUp();
  }

  async #watch(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#ended) {
      const sentAt = this.#now();
      try {
        this.#look(await this.#read(), sentAt, this.#now());
      } catch (error) {
        this.failure = (error as Error).message;
        this.#ended = true;
        this.#giveUp();
        return;
      }
      const oldest = this.#waiting[0];
      if (oldest && this.#now() - oldest.since > eagerMs) await this.#pause();
    }
  }

  /** A reply tells nothing to those who began to wait after it was asked for. */
  #look(value: number, sentAt: number, receivedAt: number): void {
    this.#waiting = this.#waiting.filter((waiting) => {
      if (waiting.since > sentAt) return true;
      waiting.first ??= value;
      if (value < waiting.target) {
        waiting.missedAt = sentAt - waiting.since;
        return true;
      }
      const { first, missedAt, since } = waiting;
      waiting.resolve({ kind: 'seen', first, afterMs: missedAt, beforeMs: receivedAt - since });
      return false;
    });
  }

  /** Ends early when somebody new waits: the first read must come right after the commit. */
  async #pause(): Promise<void> {
    this.#wake = new AbortController();
    await sleep(pauseMs, undefined, { signal: this.#wake.signal }).catch(() => {});
  }

  #giveUp(): void {
    for (const { resolve, first, since } of this.#waiting.splice(0))
      resolve({ kind: 'unseen', first, atLeastMs: this.#now() - since });
  }
}
