import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { rules } from '../analysis/findings/findings.ts';
import { Fault } from '../config/fault.ts';
import { acceptedFindings } from './accepted-findings.ts';
import { projectCatalogue } from './project-catalogue.ts';
import { shop } from './shop.ts';

const folder = mkdtempSync(join(tmpdir(), 'olympus-accepted-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const read = (text: string) => {
  const file = join(folder, 'accepted.json');
  writeFileSync(file, text);
  return acceptedFindings({ acceptedFindings: file });
};

test('what the shop accepts names rules and statements that there are', async () => {
  const names = new Set((await projectCatalogue(shop)).map(({ name }) => name));
  const accepted = acceptedFindings(shop);
  assert.ok(accepted.length > 0);
  for (const { id } of accepted) {
    const [rule, ...statement] = id.split('/');
    assert.ok(
      rules.some(({ name }) => name === rule),
      id,
    );
    assert.ok(names.has(statement.join('/')), id);
  }
});

test('a project without a file accepts nothing', () => {
  assert.deepEqual(acceptedFindings({ acceptedFindings: null }), []);
});

test('a file that is no list of findings with a reason is refused, with an example', () => {
  for (const text of ['', '{}', '[{"id":"a"}]', '[{"id":"a","reason":""}]', '[1]'])
    assert.throws(
      () => read(text),
      (error) => error instanceof Fault && error.reason === 'usage' && error.next.includes('"reason"'),
      text,
    );
  assert.throws(() => acceptedFindings({ acceptedFindings: join(folder, 'none') }), Fault);
});
