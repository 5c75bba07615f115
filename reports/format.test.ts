import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brief, count, duration, figure, moment, quantity, size } from './format.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test('figures have three significant digits, and thousands stand apart', () => {
  assert.deepEqual([0.06321, 0.1, 1.2345, 9.999, 35.75, 99.96, 357.4, 12_344.6, 0, -2.5].map(figure), [
    '0.0632',
    '0.100',
    '1.23',
    '10.0',
    '35.8',
    '100',
    '357',
    '12,340',
    '0',
    '-2.50',
  ]);
  assert.equal(figure(1.5e-9), '1.50e-9');
});

test('counts are exact', () => {
  assert.equal(count(202_133), '202,133');
});

test('times take the unit that people would use', () => {
  assert.deepEqual([0.000063, 0.0632, 0.5, 12.34, 2410, 224_000, 7_260_000, 0].map(duration).map(plain), [
    '< 0.1 µs',
    '63.2 µs',
    '0.500 ms',
    '12.3 ms',
    '2.41 s',
    '3 min 44 s',
    '2 h 1 min',
    '0 ms',
  ]);
});

test('sizes are in binary units', () => {
  assert.deepEqual([412, 1_468_006, 25_769_803_776].map(size).map(plain), ['412 B', '1.40 MiB', '24.0 GiB']);
});

test('a limit is told without zeros that say nothing', () => {
  assert.deepEqual(['50.0 ms', '0.500 ms', '10,000', '1.00 s', '100', '20'].map(brief), [
    '50 ms',
    '0.5 ms',
    '10,000',
    '1 s',
    '100',
    '20',
  ]);
});

test('a quantity carries its own unit, and none where there is none', () => {
  assert.deepEqual(
    [plain(quantity(3, 'rows')), plain(quantity(1000, 'ms')), quantity(0.98, '')],
    ['3 rows', '1.00 s', '0.980'],
  );
});

test('what is no date is shown as it is', () => {
  assert.deepEqual([moment('2026-11-23T01:42:05.337Z'), moment('soon')], ['2026-11-23 01:42:05 UTC', 'soon']);
});
