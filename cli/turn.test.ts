import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { until } from '../test/patience.ts';
import type { Context } from './command.ts';
import { type Holder, holderText, project, requireHolder, thisHolder } from './holder.ts';
import { takeTurn } from './turn.ts';

const cache = mkdtempSync(join(tmpdir(), 'olympus-turn-'));
after(() => rmSync(cache, { recursive: true }));

function context(given: Partial<Context> = {}): Context & { notes: string[] } {
  const notes: string[] = [];
  const progress = { note: (text: string) => notes.push(text) };
  const signal = new AbortController().signal;
  return { wait: true, signal, json: true, notMine: false, progress, notes, ...given } as never;
}

test('the second command fails with --no-wait, naming the first, and has its turn when that has ended', async () => {
  const first = await takeTurn(context(), cache);
  await assert.rejects(takeTurn(context({ wait: false }), cache), {
    reason: 'usage',
    message: new RegExp(
      `^Another command works on this topology: .*\\(process ${process.pid} of ${project}, since \\d\\d:\\d\\d:\\d\\d UTC\\)\\. Two at once`,
    ),
  });
  first[Symbol.dispose]();
  (await takeTurn(context({ wait: false }), cache))[Symbol.dispose]();
});

test('the second waits, says once for whom, and goes on when the first has ended', async () => {
  const first = await takeTurn(context(), cache);
  const second = context();
  let taken = false;
  const waiting = takeTurn(second, cache).then((turn) => {
    taken = true;
    return turn;
  });
  await until('it waits', () => second.notes.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 500)); // more than one look
  assert.equal(taken, false);
  first[Symbol.dispose]();
  (await waiting)[Symbol.dispose]();
  assert.equal(second.notes.length, 1, second.notes.join('\n'));
  assert.match(
    second.notes[0]!,
    new RegExp(`^waiting for .*process ${process.pid} of .*, which works on this`),
  );
});

test('who waits can be interrupted, and who has not said its name yet is another command', async () => {
  using _ = await takeTurn(context(), cache);
  writeFileSync(join(cache, 'held.run.json'), '{"comm');
  const interrupted = new AbortController();
  const second = context({ signal: interrupted.signal });
  const waiting = takeTurn(second, cache);
  await until('it waits', () => second.notes.length > 0);
  assert.match(second.notes[0]!, /^waiting for another command, /);
  interrupted.abort(new Error('interrupted'));
  await assert.rejects(waiting, /interrupted/);
});

const other: Holder = {
  ...{ project: '/home/b/shop', user: 'ann', since: '2026-11-28T22:05:33.100Z' },
  version: '0.1.0 at abc1234',
};

test('what another checkout holds is refused, naming it, unless --not-mine is said; one’s own is not asked about', async () => {
  await assert.rejects(requireHolder(context(), other, 'Use it'), {
    reason: 'usage',
    message:
      'The topology that is up belongs to another checkout: /home/b/shop (user ann, since 2026-11-28 22:05 UTC, version 0.1.0 at abc1234). Nothing was done.',
    next: /--not-mine/,
  });
  const said = context({ notMine: true });
  await requireHolder(said, other, 'Use it');
  assert.match(said.notes.join(), /belongs to another checkout: \/home\/b\/shop/);
  for (const own of [undefined, thisHolder()]) {
    const asked = context();
    await requireHolder(asked, own, 'Use it');
    assert.deepEqual(asked.notes, []);
  }
});

test('a holder is this checkout, with its user, time and version', () => {
  const { project: folder, version, since } = thisHolder();
  assert.equal(folder, project);
  assert.match(version, /^\d+\.\d+\.\d+( at [0-9a-f]+)?$/);
  assert.ok(Math.abs(Date.parse(since) - Date.now()) < 60_000);
  assert.match(holderText(other), /^\/home\/b\/shop \(user ann, since 2026-11-28 22:05 UTC, version/);
});
