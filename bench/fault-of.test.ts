import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missing } from '../config/fault.ts';
import { faultOf } from './fault-of.ts';

test('a write that the server refuses says how it is allowed, also when the clean-up failed with it', () => {
  const refused = Object.assign(new Error('cannot execute CREATE DATABASE in a read-only transaction'), {
    code: '25006',
  });
  for (const error of [refused, new SuppressedError(new Error('later'), refused)]) {
    const fault = faultOf(error);
    assert.equal(fault.reason, 'usage');
    assert.match(fault.message, /the server is only read: cannot execute CREATE DATABASE/);
    assert.match(fault.next, /--allow-writes/);
  }
});

test('a fault stays what it is, and what nobody foresaw is a defect with its stack', () => {
  const fault = missing('no pooler', 'start it');
  assert.equal(faultOf(fault), fault);
  assert.equal(faultOf(new TypeError('x')).reason, 'defect');
});
