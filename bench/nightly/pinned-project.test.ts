import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backTo, requirePinnable } from './pinned-project.ts';

const index = (name: string, definition: string, constraint: string | null = null) => ({
  ...{ name, table: 'public.t', definition, constraint },
});
const a = index('public.a', 'CREATE INDEX a ON public.t USING btree (x)');
const otherA = index('public.a', 'CREATE INDEX a ON public.t USING btree (y)');
const b = index('public.b', 'CREATE INDEX b ON public.t USING btree (z)');
const key = index('public.k', 'CREATE UNIQUE INDEX k ON public.t USING btree (x)', 'k');
const sqlOf = (pinned: Parameters<typeof backTo>[0], now: Parameters<typeof backTo>[1]) =>
  backTo(pinned, now).changes.map((change) => (change.kind === 'sql' ? change.text : change.kind));

test('an index that is gone is made again, a new one dropped, one that is otherwise replaced; both are named', () => {
  assert.deepEqual(sqlOf([a], [a]), []);
  assert.deepEqual(sqlOf([a, b], [a]), [b.definition]);
  assert.deepEqual(sqlOf([a], [a, b]), ['DROP INDEX public.b']);
  assert.deepEqual(sqlOf([a], [otherA]), ['DROP INDEX public.a', a.definition]);
  assert.deepEqual(backTo([a], [b]).differs, [
    'index public.a of public.t: gone since the control was pinned',
    'index public.b of public.t: new since the control was pinned',
  ]);
});

test('what a constraint needs is not dropped, and that is said; an index of a partitioned table is made with its parts', () => {
  assert.deepEqual(sqlOf([], [key]), []);
  assert.match(backTo([], [key]).differs[0]!, /a constraint needs it/);
  const quoted = index('"S d"."by ""W"', 'CREATE INDEX "by ""W" ON ONLY "S d"."O L" USING btree ("only")');
  assert.deepEqual(sqlOf([quoted], []), ['CREATE INDEX "by ""W" ON "S d"."O L" USING btree ("only")']);
});

test('a database of the user’s has no build that could be pinned', () => {
  requirePinnable(undefined);
  requirePinnable('now');
  assert.throws(() => requirePinnable('v1.2.0'), /no build of it/);
});
