import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../config/fault.ts';
import { resolveScale } from './scales.ts';

test('a scale is a name, a number of tenants, or explicit counts', () => {
  assert.deepEqual(resolveScale('tiny'), {
    name: 'tiny',
    tenants: 12,
    customers: 600,
    products: 600,
    orders: 2000,
  });
  assert.equal(resolveScale('250').products, 12_500);
  const explicit = resolveScale('tenants=2000000,products=5000000,orders=20000000,customers=1000000');
  assert.equal(explicit.orders, 20_000_000);
  assert.deepEqual(resolveScale(explicit.name), explicit);
});

test('the default scale is as large as promised', () => {
  const small = resolveScale('small');
  assert.ok(small.tenants >= 100 && small.products >= 50_000 && small.orders >= 200_000);
});

test('a scale that is not understood says what would be', () => {
  const says = (text: string, message: RegExp) =>
    assert.throws(
      () => resolveScale(text),
      (fault) =>
        fault instanceof Fault && fault.reason === 'usage' && message.test(`${fault.message} ${fault.next}`),
    );
  says('smal', /Did you mean "small"/);
  says('0', /tenants=0/);
  says('tenants=12,product=5', /Did you mean "products"/);
  says('tenants=12,products=1e3', /products=1e3/);
  says('tenants=99999999999', /tenants=99999999999/);
  says('products=5', /how many tenants/);
  says('tenants=5,products=0', /at least one product/);
});
