import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { ab } from '../cli/commands/ab.ts';
import { bench } from '../cli/commands/bench.ts';
import { compare } from '../cli/commands/compare.ts';
import { history } from '../cli/commands/history.ts';
import { nightly } from '../cli/commands/nightly.ts';
import { report } from '../cli/commands/report.ts';
import { self } from '../cli/commands/self.ts';
import { test as testCommand } from '../cli/test.ts';
import { parseSlo } from '../config/slo.ts';
import { readCatalogue } from '../scenarios/catalogue.ts';
import { loadScenarios } from '../scenarios/load-scripts.ts';

// What a reader pastes from docs/ci.md has to work.
const text = readFileSync(join(import.meta.dirname, '../docs/ci.md'), 'utf8');
const blocks = (language: string) =>
  [...text.matchAll(/```(\w+)\n([\s\S]*?)```/g)].flatMap(([, kind, block]) =>
    kind === language ? [block!] : [],
  );
const commands = new Map<string, Command>(
  [ab, bench, compare, history, nightly, report, self, testCommand].map((one) => [one.name(), one]),
);

type Job = Record<string, unknown>;
const [github, gitlab, slo] = blocks('yaml').map((block) => parse(block) as Record<string, unknown>);

test('every command in it exists, with every option that it is given', () => {
  const lines = [...text.matchAll(/\.\/olympus ([^\n`]*)/g)].map(([, line]) =>
    line!.split(/\s#|\s>|\s\|\||\|/)[0]!.trim(),
  );
  assert.ok(lines.length >= 15);
  for (const line of lines) {
    const [name, ...words] = line.split(/\s+/);
    const command = commands.get(name!);
    assert.ok(command, `there is no command "${name}"`);
    for (const option of words.filter((word) => word.startsWith('--')))
      assert.ok(
        command.options.some(({ long }) => long === option),
        `${name} has no ${option}`,
      );
  }
});

test('the GitHub workflow has jobs of steps, keeps data set and history, and always uploads', () => {
  const jobs = github!.jobs as Record<string, { steps: Job[]; if: string }>;
  assert.deepEqual(Object.keys(jobs), ['nightly', 'pull-request']);
  for (const { steps, if: when } of Object.values(jobs)) {
    assert.match(when, /github\.event_name/);
    assert.ok(steps.every((step) => typeof step.uses === 'string' || typeof step.run === 'string'));
    const uses = steps.map(({ uses: action }) => String(action));
    assert.ok(uses.includes('actions/cache@v4'));
    assert.ok(steps.some((step) => step.uses === 'actions/upload-artifact@v4' && step.if === 'always()'));
  }
  const cached = jobs.nightly!.steps.flatMap((step) => (step.with as Job | undefined)?.path ?? []);
  assert.deepEqual(cached, ['~/.cache/olympus-bench', 'runs', 'runs']);
  assert.ok(jobs['pull-request']!.steps.some(({ run }) => /gh pr comment/.test(String(run))));
});

test('the GitLab file has jobs with scripts, caches, JUnit, and takes exit code 3 for a warning', () => {
  for (const name of ['nightly', 'merge-request']) {
    const job = gitlab![name] as Record<string, Job>;
    assert.ok(Array.isArray(job.script) && job.script.every((line: unknown) => typeof line === 'string'));
    assert.deepEqual(job.allow_failure, { exit_codes: [3] });
    assert.match(String((job.artifacts!.reports as Job).junit), /junit\.xml$/);
    assert.ok(Array.isArray(job.cache));
    for (const line of (job.after_script as unknown[] | undefined) ?? []) assert.equal(typeof line, 'string');
  }
});

test('the SLO file of the docs is one', async () => {
  const statements = (await readCatalogue()).map(({ name }) => name);
  const read = parseSlo('slo.yaml', blocks('yaml')[2]!, { scenarios: loadScenarios(), statements });
  assert.deepEqual(Object.keys(read), Object.keys(slo!));
});
