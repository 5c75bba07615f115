import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command, Option } from 'commander';
import { Fault, usage } from '../config/fault.ts';
import { parseProject } from '../project/read-project.ts';
import { choice } from './choice.ts';
import { applyDefaults, withPlace } from './project-defaults.ts';

/** Two commands as the command line has them, and what `load` is given of a project. */
function given(defaults: string, ...typed: string[]) {
  const program = new Command().exitOverride();
  const options = () => [
    new Option('--rate <n>', ''),
    choice('--suite <suite>', '', ['smoke', 'quick']).default('quick'),
    new Option('--ramp <a..b>', '').conflicts('rate'),
    new Option('--out <dir>', '').default('runs'),
    new Option('--allow-writes', ''),
    new Option('--modes', ''),
  ];
  for (const name of ['load', 'bench']) {
    const command = program.command(name).action(() => {});
    for (const option of options()) command.addOption(option);
  }
  program.parse(['load', ...typed], { from: 'user' });
  const load = program.commands[0]!;
  const project = parseProject('olympus.yaml', `name: x\ndefaults:\n${defaults}`, '/folder');
  const applied = applyDefaults(load, project);
  return { options: load.opts(), applied };
}

test('a default is used unless it, or what rules it out, was typed; of one command before that of all', () => {
  assert.equal(given('  rate: 50').options.rate, '50');
  assert.deepEqual(given('  rate: 50').applied, [{ flag: '--rate', value: '50', at: 'olympus.yaml:3' }]);
  assert.equal(given('  rate: 50', '--rate', '7').options.rate, '7');
  assert.equal(given('  rate: 50', '--ramp', '1..2').options.rate, undefined);
  assert.equal(given('  suite: smoke').options.suite, 'smoke', 'over the command’s own default');
  assert.equal(given('  suite: smoke', '--suite', 'quick').options.suite, 'quick');
  assert.equal(given('  load: { rate: 9 }\n  rate: 50').options.rate, '9');
  assert.equal(given('  bench: { rate: 9 }').options.rate, undefined);
  assert.equal(given('  modes: true').options.modes, true);
});

test('a path is one of the project', () => {
  assert.equal(given('  out: nights').options.out, '/folder/nights');
});

test('what is wrong is refused with its line and the nearest right word', () => {
  for (const [defaults, message, next] of [
    ['  rte: 5', /olympus\.yaml:3: no command has option --rte/, /rate/],
    ['  load: { suit: smoke }', /olympus\.yaml:3: load has no option --suit/, /suite/],
    ['  lod: { rate: 5 }', /olympus\.yaml:3: "defaults" names the command "lod"/, /load/],
    ['  rate: 5\n  suite: smok', /olympus\.yaml:4: There is no suite "smok"/, /smoke/],
    ['  allow-writes: true', /olympus\.yaml:3: --allow-writes is no default/, /Remove/],
    ['  modes: perhaps', /olympus\.yaml:3: --modes .* true or false/, /./],
    ['  rate: [1]', /olympus\.yaml:3: "rate" of "defaults" is neither/, /./],
  ] as const)
    assert.throws(
      () => given(defaults),
      (error) =>
        error instanceof Fault &&
        error.reason === 'usage' &&
        message.test(error.message) &&
        next.test(error.next),
      defaults,
    );
});

test('what a command says of a value that nobody typed names the line; of one that was typed it does not', () => {
  const { applied } = given('  rate: many');
  const said = usage('--rate takes an integer, not "many".', 'For example: --rate 5');
  assert.equal((withPlace(said, applied) as Fault).message, `olympus.yaml:3: ${said.message}`);
  assert.equal(withPlace(said, []), said);
});
