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

test('a full disk and a lost connection are no defects, also below a clean-up that failed by them', () => {
  const full = Object.assign(new Error('could not extend file "base/1/2"'), { code: '53100' });
  const gone = new Error('Connection terminated unexpectedly');
  const crashed = Object.assign(new Error('terminating connection because of crash'), { code: '57P02' });
  for (const [error, message] of [
    [full, /^The disk of PostgreSQL's server is full: could not extend/],
    [new SuppressedError(gone, full), /^The disk of PostgreSQL's server is full/],
    [gone, /^The server's connection was lost: Connection terminated/],
    [crashed, /^The server's connection was lost: terminating/],
  ] as const) {
    const fault = faultOf(error);
    assert.equal(fault.reason, 'component');
    assert.match(fault.message, message);
    assert.doesNotMatch(fault.next, /report it/);
  }
  assert.equal(faultOf(Object.assign(new Error('x'), { code: '22P02' })).reason, 'defect');
});
