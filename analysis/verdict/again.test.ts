import assert from 'node:assert/strict';
import { test } from 'node:test';
import { againWith, replays } from './again.ts';

const of = (command: string, options: Record<string, string>, kind = 'load') =>
  againWith({ kind, command }, options);

test('an option is put in place of the one that was typed, else added', () => {
  assert.equal(of('./olympus load a --rate 8', { '--rate': '4' }), './olympus load a --rate 4');
  assert.equal(
    of('./olympus load a --rate=8 --quiet', { '--rate': '4' }),
    './olympus load a --rate 4 --quiet',
  );
  assert.equal(
    of("./olympus load 'a b.ts'", { '--duration': '9s' }),
    "./olympus load 'a b.ts' --duration 9s",
  );
});

test('no command is named that would be refused: recordings and ramps have their own rates, recordings their own end', () => {
  const recorded = './olympus load a --arrivals monday.txt';
  assert.equal(of(recorded, { '--rate': '4' }), undefined);
  assert.equal(of(recorded, { '--duration': '9s' }), undefined);
  assert.equal(of('./olympus load a --ramp 1..9', { '--rate': '4' }), undefined);
  assert.equal(
    of('./olympus load a --ramp 1..9', { '--duration': '9s' }),
    './olympus load a --ramp 1..9 --duration 9s',
  );
  for (const law of ['constant', 'poisson'])
    assert.match(of(`./olympus load a --arrivals ${law}`, { '--rate': '4' })!, /--rate 4$/);
  assert.equal(of('./olympus nightly', { '--rate': '4' }, 'nightly'), undefined);
  assert.deepEqual(
    [recorded, `${recorded.replace(' monday', '=monday')}`, './olympus load a', undefined].map(replays),
    [true, true, false, false],
  );
});
