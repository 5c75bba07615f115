import assert from 'node:assert/strict';
import { test } from 'node:test';
import { otherState, statesDiffer } from './table-state.ts';

const state = (deadRows: number, pendingPages: number | null = 0, table = 'core.products') => ({
  tableState: [{ table, deadRows, pendingPages }],
});

test('dead rows and pending pages that differ are named, equal states and unknown ones are not', () => {
  assert.deepEqual(statesDiffer(state(0, 4), state(6, 12)), [
    'core.products: 0 and 6 dead rows, 4 and 12 pending pages of its GIN indexes',
  ]);
  assert.deepEqual(statesDiffer(state(6, 4), state(6, 4)), []);
  assert.deepEqual(
    statesDiffer(state(6, null), state(6, 4)),
    [],
    'what a server cannot tell is no difference',
  );
  assert.deepEqual(statesDiffer({}, state(6)), [], 'runs of before');
  assert.deepEqual(statesDiffer({ tableState: [] }, state(6)), ['core.products: 0 and 6 dead rows']);
});

test('it is a warning that says why pages advise only', () => {
  assert.deepEqual(otherState([]), []);
  assert.match(otherState(['core.products: 0 and 6 dead rows'])[0]!.message, /not free of noise/);
});
