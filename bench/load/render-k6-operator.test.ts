import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import { type Static, Type } from 'typebox';
import { parseAllDocuments } from 'yaml';
import { silent } from '../../config/progress.ts';
import { findK6, k6Environment } from '../../infra/setup/k6.ts';
import { patience } from '../../test/patience.ts';
import { renderK6Operator } from './render-k6-operator.ts';

const folder = mkdtempSync(join(tmpdir(), 'olympus-operator-'));
after(() => rmSync(folder, { recursive: true }));

const closed = { additionalProperties: false } as const;
const Name = Type.String({ pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 63 });
const Header = { metadata: Type.Object({ name: Name }, closed) };
const ConfigMap = Type.Object(
  {
    ...{ apiVersion: Type.Literal('v1'), kind: Type.Literal('ConfigMap'), ...Header },
    data: Type.Record(Type.String({ pattern: '^[-._a-zA-Z0-9]+$' }), Type.String()),
  },
  closed,
);
const EnvVar = Type.Union([
  Type.Object({ name: Type.String(), value: Type.String() }, closed),
  Type.Object(
    {
      name: Type.String(),
      valueFrom: Type.Object(
        { secretKeyRef: Type.Object({ name: Name, key: Type.String() }, closed) },
        closed,
      ),
    },
    closed,
  ),
]);
/** The fields that we use, as the operator's TestRun has them (api/v1alpha1/testrun_types.go). */
const TestRun = Type.Object(
  {
    ...{ apiVersion: Type.Literal('k6.io/v1alpha1'), kind: Type.Literal('TestRun'), ...Header },
    spec: Type.Object(
      {
        parallelism: Type.Integer({ minimum: 1 }),
        separate: Type.Boolean(),
        script: Type.Object({ configMap: Type.Object({ name: Name, file: Type.String() }, closed) }, closed),
        runner: Type.Object(
          {
            image: Type.String(),
            env: Type.Array(EnvVar),
            volumes: Type.Array(
              Type.Object({ name: Name, configMap: Type.Object({ name: Name }, closed) }, closed),
            ),
            volumeMounts: Type.Array(
              Type.Object({ name: Name, mountPath: Type.String(), readOnly: Type.Boolean() }, closed),
            ),
          },
          closed,
        ),
      },
      closed,
    ),
  },
  closed,
);

function rendered(changes: Partial<Parameters<typeof renderK6Operator>[0]> = {}) {
  const text = renderK6Operator({ scenario: 'storefront', parallelism: 3, image: 'olympus-k6', ...changes });
  const documents = parseAllDocuments(text).map((document) => {
    assert.deepEqual(document.errors, []);
    return document.toJS();
  });
  return { text, documents, testRun: documents.at(-1) as Static<typeof TestRun> };
}

const plan = join(folder, 'load-plan.json');
writeFileSync(
  plan,
  JSON.stringify({
    statements: [{ name: 'one', sql: 'SELECT $1', weight: 1, role: 'app', kind: 'read' }],
    tenants: [{ class: 'none', id: 'a', userId: 'u', weight: 1 }],
    draws: { one: { 0: [['1']] } },
  }),
);

test('the manifests have the fields of the operator and of Kubernetes, and refer to each other', () => {
  const ajv = new Ajv({ strict: true, allErrors: true });
  const { documents, testRun } = rendered({ plan, rate: 500, seconds: 60 });
  const kinds = documents.map(({ kind }) => kind);
  assert.deepEqual(kinds, ['ConfigMap', 'ConfigMap', 'TestRun']);
  for (const document of documents) {
    const schema = document.kind === 'TestRun' ? TestRun : ConfigMap;
    assert.ok(ajv.validate(schema, document), ajv.errorsText());
  }
  const { script, runner } = testRun.spec;
  const [scripts, plans] = documents;
  assert.equal(scripts.metadata.name, script.configMap.name);
  assert.ok(script.configMap.file in scripts.data && 'environment.ts' in scripts.data);
  assert.equal(plans.metadata.name, runner.volumes[0]!.configMap.name);
  assert.equal(plans.data['load-plan.json'], readFileSync(plan, 'utf8'));
});

test('the connection string is in a secret only', () => {
  const { testRun } = rendered();
  const url = testRun.spec.runner.env.find(({ name }) => name === 'OLYMPUS_URL');
  assert.deepEqual(Object.keys(url!), ['name', 'valueFrom']);
  const { text, testRun: routed } = rendered({ scenario: 'order-desk' });
  const names = routed.spec.runner.env.filter((each) => 'valueFrom' in each).map(({ name }) => name);
  assert.deepEqual(names, ['OLYMPUS_URL', 'OLYMPUS_REPLICAS']);
  assert.match(text, /--from-literal=replicas=/);
});

test('a plan that no ConfigMap holds is refused', () => {
  const large = join(folder, 'large.json');
  writeFileSync(large, JSON.stringify({ much: 'x'.repeat(1_100_000) }));
  assert.throws(() => rendered({ plan: large }), { reason: 'usage', message: /1100\d+ bytes/ });
});

test('the pods together offer the whole load, each arrival once', async () => {
  const k6 = await findK6({ progress: silent, signal: patience() });
  const { documents, testRun } = rendered({ scenario: 'mixed', rate: 3000, seconds: 1 });
  for (const [file, text] of Object.entries<string>(documents[0].data))
    writeFileSync(join(folder, file), text);
  const env = Object.fromEntries(
    testRun.spec.runner.env.map((each) => [each.name, 'value' in each ? each.value : 'null:']),
  );
  const run = async (parallelism: number, index: number) => {
    const args = ['run', '--quiet', ...segments(parallelism, index), join(folder, 'mixed.ts')];
    const { stdout } = await promisify(execFile)(k6, args, {
      env: {
        ...{ ...process.env, ...k6Environment, ...env, OLYMPUS_PLAN: plan, OLYMPUS_WARMUP: '0' },
        OLYMPUS_LANES: String(parallelism),
      },
      maxBuffer: 1e8,
    });
    const { runs } = JSON.parse(stdout);
    assert.equal(runs.length, 1, 'one lane a pod');
    return runs[0].requests as number;
  };
  const pods = await Promise.all([1, 2, 3].map((index) => run(testRun.spec.parallelism, index)));
  assert.ok(
    pods.every((requests) => Math.abs(requests - 1000) <= 60),
    `${pods}`,
  );
  assert.equal(
    pods.reduce((sum, requests) => sum + requests, 0),
    await run(1, 1),
  );
});

/** What the operator gives pod `index` (from 1) of `total` (pkg/segmentation). */
function segments(total: number, index: number): string[] {
  if (total === 1) return [];
  const part = (i: number) => (i === 0 ? '0' : i === total ? '1' : `${i}/${total}`);
  const sequence = Array.from({ length: total + 1 }, (_, i) => part(i)).join(',');
  return [
    `--execution-segment=${part(index - 1)}:${part(index)}`,
    `--execution-segment-sequence=${sequence}`,
  ];
}

test('the manifest that is shipped is what is rendered', () => {
  const path = join(import.meta.dirname, '..', '..', 'deploy', 'k6-operator', 'storefront.yaml');
  assert.equal(
    readFileSync(path, 'utf8'),
    renderK6Operator({ scenario: 'storefront', parallelism: 2, image: 'olympus-k6' }),
    'run `./olympus load storefront --render k6-operator > deploy/k6-operator/storefront.yaml`',
  );
});
