import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NightMetric, Result } from '../result/result.ts';
import { exampleResult } from './fixture.ts';
import { render } from './render.ts';

const metric = (
  name: string,
  state: NightMetric['state'],
  value: number | null,
  exact = false,
): NightMetric => ({
  ...{ metric: name, unit: exact ? 'pages' : 'ms', exact, control: 2, head: 2.2, value, state, since: null },
  ...{
    baseline: { level: 0, limit: 0.025 },
    nights: 30,
    missing: 0,
    confirmation: null,
    why: `because <${name}> & more`,
  },
});
const night = (changes: Partial<NonNullable<Result['nightly']>> = {}) =>
  exampleResult({
    ...{ plans: [], pagination: [], load: [], replication: [], rls: null },
    nightly: {
      night: 12,
      control: { label: 'v1', digest: 'd', commit: null },
      head: { digest: 'e', commit: null, changes: [] },
      ...{ void: null, rounds: 10, seconds: 60, left: [], lastGood: null },
      since: { commits: ['abc1234 a | new <index>'], settings: ['primary jit: off → on'] },
      plans: [],
      metrics: [
        metric('a', 'confirmed', Math.log(1.1)),
        metric('b', 'learning', 0),
        metric('c', 'steady', 0),
        metric('d, pages', 'steady', 0, true),
        metric('e, pages', 'accepted', Math.log(1.5), true),
      ],
      ...changes,
    },
  });

test('JUnit: a confirmed metric fails, a learning one is skipped, what has no noise is there when it is not as the control', async () => {
  const text = await render(night(), 'junit');
  const [, suite] = /<testsuite name="night"([\s\S]*?)<\/testsuite>/.exec(text)!;
  assert.match(suite!, /tests="4" failures="1" errors="0" skipped="1"/);
  assert.match(
    suite!,
    /name="a" time="0">\s*<failure type="night" message="1\.10.*confirmed: because &lt;a&gt; &amp; more"/,
  );
  assert.match(suite!, /name="b" time="0">\s*<skipped/);
  assert.doesNotMatch(suite!, /d, pages/);
});

test('OpenMetrics: the ratio of each metric with its state, and none for a void one', async () => {
  const text = await render(night(), 'openmetrics');
  assert.match(text, /^# TYPE olympus_night_ratio gauge$/m);
  assert.match(text, /^olympus_night_ratio\{suite="quick",metric="a"\} 1\.1\d*$/m);
  const none = await render(night({ metrics: [metric('a', 'steady', null)] }), 'openmetrics');
  assert.doesNotMatch(none, /olympus_night_ratio/);
});

test('the summary has what is not steady and what happened since, and no markup of theirs', async () => {
  const text = await render(night(), 'md');
  assert.match(text, /\| confirmed \| a \| 1\.10× \| because &lt;a\\> /);
  assert.doesNotMatch(text, /\| steady \|/);
  assert.match(text, /- abc1234 a \\\| new &lt;index\\>/);
  assert.match(text, /- primary jit: off → on/);
});

test('a release that is not ready says so first, with what would make it pass', async () => {
  const readiness = {
    ...{ status: 'not-ready' as const, answer: '1 of 9 objectives is missed.', met: 8, of: 9 },
    obstacles: [{ what: 'SLO storefront p99', kind: 'missed' as const, remedy: 'It has to fall by 12 %.' }],
  };
  const result = { ...night(), readiness };
  assert.match(
    await render(result, 'md'),
    /\*\*Release: not ready\.\*\* 1 of 9[\s\S]*- \*\*SLO storefront p99\*\* \(missed\): It has to fall/,
  );
  assert.match(await render(result, 'html'), /<h3>Release: Not ready<\/h3>[\s\S]*It has to fall by 12 %/);
});
