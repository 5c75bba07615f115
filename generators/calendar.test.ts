import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Calendar, day, dayWeight, firstDayOfMonth, windowDays, windowEnd, windowStart } from './calendar.ts';

const indexOf = (date: string) => (Date.parse(date) - windowStart) / day;

test('the window is the 18 months up to the end of October 2026', () => {
  assert.equal(new Date(windowStart).toISOString(), '2025-05-01T00:00:00.000Z');
  assert.equal(new Date(windowEnd).toISOString(), '2026-11-01T00:00:00.000Z');
});

test('orders are numbered by time, without gap, and all lie in the window', () => {
  const calendar = new Calendar(3, 20_000, 0);
  let before = windowStart;
  for (let order = 0; order < calendar.orders; order++) {
    const index = calendar.dayOf(order);
    const first = calendar.firstOfDay[index]!;
    const time = calendar.timeOf(index, order - first, calendar.firstOfDay[index + 1]! - first, 0.4);
    assert.ok(time >= before && time < windowEnd, `order ${order}`);
    assert.equal(Math.floor((time - windowStart) / day), index);
    before = time;
  }
  assert.equal(calendar.orders, 20_000);
});

test('business has seasons: December above February, Saturday below Tuesday, evening above night', () => {
  assert.ok(dayWeight(indexOf('2025-12-09')) > 1.4 * dayWeight(indexOf('2026-02-10')));
  assert.ok(dayWeight(indexOf('2025-11-28')) > 3 * dayWeight(indexOf('2025-11-21')), 'Black Friday');
  assert.ok(dayWeight(indexOf('2026-03-07')) < dayWeight(indexOf('2026-03-10')));
  const calendar = new Calendar(1, 1000, 0);
  const hours = new Array<number>(24).fill(0);
  for (let n = 0; n < 10_000; n++) hours[new Date(calendar.timeOf(100, n, 10_000, 0.5)).getUTCHours()]!++;
  assert.ok(
    hours[19]! > 5 * hours[3]!,
    `${hours[19]} at seven in the evening, ${hours[3]} at three at night`,
  );
});

test('an appended day continues the numbering and changes nothing before it', () => {
  const base = new Calendar(9, 50_000, 0);
  const longer = new Calendar(9, 50_000, 3);
  assert.deepEqual(longer.firstOfDay.slice(0, windowDays + 1), base.firstOfDay);
  assert.deepEqual(longer.phases.slice(0, windowDays), base.phases);
  assert.ok(longer.orders > base.orders + 3);
});

test('the first day of a month is the first or the first of the window', () => {
  assert.equal(firstDayOfMonth(0), 0);
  assert.equal(firstDayOfMonth(indexOf('2025-05-31')), 0);
  assert.equal(firstDayOfMonth(indexOf('2026-02-28')), indexOf('2026-02-01'));
});
