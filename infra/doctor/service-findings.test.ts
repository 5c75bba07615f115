import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { serviceFindings } from './service-findings.ts';

test('each service is reported with what gets it, or how to get it where nothing here does', () => {
  const cache = mkdtempSync(join(tmpdir(), 'olympus-doctor-'));
  const path = process.env.PATH;
  try {
    process.env.PATH = cache; // a machine with nothing on it
    const findings = serviceFindings(cache);
    assert.deepEqual(
      findings.map(({ ok, found }) => [ok, found]),
      findings.map(() => [false, '']),
    );
    assert.deepEqual(
      findings.map(({ what }) => what.split(':')[0]),
      ['cache', 'vector', 'olap', 'objects'],
    );
    assert.ok(findings.every(({ how, optional }) => optional && /^(Install|Put) /.test(how)));
  } finally {
    process.env.PATH = path;
    rmSync(cache, { recursive: true });
  }
});
