import { Random, subjects } from './random.ts';

export const day = 86_400_000;
/** 18 months of business; constants of the generator, so that data never depends on when it was made. */
export const windowStart = Date.UTC(2025, 4, 1);
export const windowEnd = Date.UTC(2026, 10, 1);
export const windowDays = (windowEnd - windowStart) / day;

/** January to December, Sunday to Saturday, midnight to 23h UTC: relative numbers of orders. */
const months = [0.86, 0.84, 0.93, 0.95, 1, 0.96, 0.92, 0.9, 0.99, 1.05, 1.3, 1.42];
const weekdays = [0.88, 1.08, 1.05, 1.02, 1, 1.04, 0.93];
const hours = [14, 9, 6, 5, 5, 7, 13, 22, 34, 46, 54, 58, 60, 58, 55, 54, 56, 61, 70, 78, 80, 68, 46, 26];
/** Share by which business grows over the window. */
const growth = 0.6;

/** Relative number of orders of a day: growth, season, weekday, and the two sale days after Thanksgiving. */
export function dayWeight(index: number): number {
  const date = new Date(windowStart + index * day);
  const month = date.getUTCMonth();
  const weekday = date.getUTCDay();
  const dayOfMonth = date.getUTCDate();
  const blackFriday = month === 10 && weekday === 5 && dayOfMonth >= 23 && dayOfMonth <= 29;
  const cyberMonday =
    weekday === 1 && ((month === 10 && dayOfMonth >= 26) || (month === 11 && dayOfMonth <= 2));
  const sale = blackFriday ? 3.2 : cyberMonday ? 2.4 : 1;
  return (1 + (growth * index) / windowDays) * months[month]! * weekdays[weekday]! * sale;
}

const quantiles = 4096;
/** Moment of the day (share of it) below which a share i / quantiles of the day's orders falls. */
const momentOfShare = (() => {
  const total = hours.reduce((sum, weight) => sum + weight, 0);
  const table = new Float64Array(quantiles + 1);
  let hour = 0;
  let before = 0;
  for (let i = 0; i <= quantiles; i++) {
    const wanted = (i / quantiles) * total;
    while (hour < 23 && before + hours[hour]! <= wanted) before += hours[hour++]!;
    table[i] = Math.min(1, (hour + (wanted - before) / hours[hour]!) / 24);
  }
  return table;
})();

/**
 * Which order is placed when. Orders are numbered in the order of time; days after the window (an appended day of
 * business) continue the numbering.
 */
export class Calendar {
  readonly days: number;
  /** First order of each day; one more entry than there are days. */
  readonly firstOfDay: Float64Array;
  /** Where fractions round on each day, so that a small tenant's few orders fall on different days. */
  readonly phases: Float64Array;
  readonly keys: Float64Array;

  constructor(seed: number, ordersInWindow: number, appendedDays: number) {
    this.days = windowDays + appendedDays;
    const weights = Array.from({ length: this.days }, (_, index) => dayWeight(index));
    const total = weights.slice(0, windowDays).reduce((sum, weight) => sum + weight, 0);
    const random = new Random(seed);
    this.firstOfDay = new Float64Array(this.days + 1);
    this.phases = new Float64Array(this.days);
    this.keys = new Float64Array(this.days);
    let sum = 0;
    for (let index = 0; index < this.days; index++) {
      sum += weights[index]!;
      this.firstOfDay[index + 1] =
        index === windowDays - 1 ? ordersInWindow : Math.round((ordersInWindow * sum) / total);
      random.at(subjects.day, index);
      this.phases[index] = random.unit();
      this.keys[index] = random.next();
    }
  }

  get orders(): number {
    return this.firstOfDay[this.days]!;
  }

  dayOf(order: number): number {
    let low = 0;
    let high = this.days;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.firstOfDay[middle]! <= order) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Time of the order at `position` of `count` on a day, in whole milliseconds; `jitter` in [0, 1). Never falls as position grows. */
  timeOf(index: number, position: number, count: number, jitter: number): number {
    const scaled = ((position + jitter) / count) * quantiles;
    const slot = Math.floor(scaled);
    const low = momentOfShare[slot]!;
    const moment = low + (momentOfShare[slot + 1]! - low) * (scaled - slot);
    return windowStart + index * day + Math.min(day - 1, Math.floor(moment * day));
  }
}

/** Index of the first day of the month that holds this day. Days before the window do not exist. */
export function firstDayOfMonth(index: number): number {
  return Math.max(0, index - (new Date(windowStart + index * day).getUTCDate() - 1));
}
