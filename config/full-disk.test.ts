import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { usage } from './fault.ts';
import { fullDisk, saysFullDisk } from './full-disk.ts';

test("the kernel's own full device is named as a full disk, with the file, for exit 4", {
  skip: existsSync('/dev/full') ? false : 'there is no /dev/full',
}, () => {
  let error: unknown;
  try {
    writeFileSync('/dev/full', 'x');
  } catch (caught) {
    error = caught;
  }
  const fault = fullDisk(error);
  assert.equal(fault?.reason, 'component');
  assert.match(fault.message, /^The disk is full.*ENOSPC/);
});

test("PostgreSQL's 53100 is found below another error, and nothing else is taken for it", () => {
  const server = Object.assign(new Error('could not extend file'), { code: '53100' });
  assert.match(
    fullDisk(usage('no copy', 'again', server))!.message,
    /PostgreSQL's server is full: could not extend/,
  );
  assert.equal(fullDisk(Object.assign(new Error('no memory'), { code: '53200' })), undefined);
  assert.equal(fullDisk(new Error('the disk is full of joy')), undefined);
  assert.equal(fullDisk('ENOSPC'), undefined);
});

test('a server that ended by a full disk says so in its log, and the words of our own fault are known again', () => {
  assert.ok(saysFullDisk('FATAL: could not extend file "base/1/2": No space left on device'));
  assert.ok(saysFullDisk(fullDisk(Object.assign(new Error('x'), { code: '53100' }))!.message));
  assert.ok(saysFullDisk(fullDisk(Object.assign(new Error('x'), { code: 'EDQUOT' }))!.message));
  assert.equal(saysFullDisk('FATAL: could not open file: Permission denied'), false);
  assert.equal(saysFullDisk('57P01 terminating connection'), false);
});
