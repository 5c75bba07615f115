import assert from 'node:assert/strict';
import { test } from 'node:test';
import { skewSensitivity } from './skew.ts';

test('the score is the factor of the tenant that a generic plan fits least', () => {
  const tenants = [
    { custom: 51, generic: 474 },
    { custom: 900, generic: 905 },
    { custom: 3, generic: 9 },
  ];
  assert.equal(skewSensitivity(tenants), 474 / 51);
});

test('a few pages more are no sensitivity, fewer pages neither, and nothing measured is no score', () => {
  assert.equal(
    skewSensitivity([
      { custom: 3, generic: 12 },
      { custom: 500, generic: 20 },
    ]),
    1,
  );
  assert.equal(skewSensitivity([{ custom: null, generic: 12 }]), null);
});
