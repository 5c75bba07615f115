import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { exampleResult } from './fixture.ts';
import { schemaText } from './schema.ts';

const shipped = readFileSync(join(import.meta.dirname, 'result.schema.json'), 'utf8');

test('the shipped schema is the one of result/result.ts', () => {
  assert.equal(shipped, schemaText, 'node reports/schema.ts > reports/result.schema.json');
});

test('another validator accepts a result by the shipped schema, and names a wrong key', () => {
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(shipped));
  assert.ok(validate(exampleResult()), JSON.stringify(validate.errors));
  assert.ok(!validate({ ...exampleResult(), plans: [{ statement: 3 }] }));
  assert.match(validate.errors![0]!.instancePath, /^\/plans\/0/);
});
