import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../config/fault.ts';
import { suites } from '../../config/suites.ts';
import { resolveScale } from '../../generators/scales.ts';
import { capacityMeasure, type Question } from '../capacity/capacity.ts';
import type { Setting } from '../measure.ts';

import { type LoadMeasureOptions, loadMeasure } from './load.ts';

process.env.K6_BINARY = '/nonexistent'; // nothing is built where a load goes on

/** Refusals come before anything is asked of a server: there is none here. */
const theirs = (allowLoad: boolean) =>
  ({
    topology: { endpoints: [{ name: 'primary', provider: 'external' }] },
    ...{ catalogue: [], budget: suites.smoke, allowLoad },
  }) as unknown as Setting;

const load = (options: Partial<LoadMeasureOptions>, allowLoad = false) =>
  Promise.try(() => loadMeasure({ scenario: 'storefront', ...options }).run(theirs(allowLoad)));

const capacity = (only: Question[], allowLoad = false) =>
  Promise.try(() =>
    capacityMeasure({ scenario: 'storefront', sloP99Ms: 50, only, scale: resolveScale('tiny') }).run(
      theirs(allowLoad),
    ),
  );

const refused = (error: unknown) =>
  error instanceof Fault &&
  /search for the most/.test(error.message) &&
  /load storefront --rate 50.*--allow-load/.test(error.next);
const goesOn = (error: unknown) => !refused(error); // and fails: no server is there

test('on a server of the user nothing searches for its ceiling without --allow-load', async () => {
  await assert.rejects(load({}), refused);
  await assert.rejects(load({ model: 'closed' }), refused, 'a closed loop goes to the ceiling too');
  for (const question of ['maximum', 'connections', 'tenants'] as const)
    await assert.rejects(capacity([question]), refused, question);
});

test('a rate of their own, a question without load, and --allow-load are not refused', async () => {
  await assert.rejects(load({ rate: 5 }), goesOn);
  await assert.rejects(capacity(['storage', 'size']), goesOn);
  await assert.rejects(load({}, true), goesOn);
  await assert.rejects(capacity(['maximum'], true), goesOn);
});
