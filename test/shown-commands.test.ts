import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mock, test } from 'node:test';
import { Command } from 'commander';
import { olympus } from '../cli/program.ts';
import { referenceText } from '../cli/reference.ts';
import { readCatalogue } from '../scenarios/catalogue.ts';
import { loadScenarios } from '../scenarios/load-scripts.ts';
import { projectFiles } from './project-files.ts';
import { type ShownCommand, shownCommands } from './shown-commands.ts';

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** A copy of a command that takes the same words and does nothing. */
function understood(words: readonly string[]): Command {
  const [name, ...rest] = words;
  const command = olympus.commands.find((each) => each.name() === name);
  if (!command) throw new Error(`there is no command ${name}`);
  const copy = new Command(command.name()).exitOverride().configureOutput({ writeErr() {}, writeOut() {} });
  for (const argument of command.registeredArguments) copy.addArgument(argument);
  for (const option of command.options) copy.addOption(option);
  copy.action(() => {}).parse(rest, { from: 'user' });
  return copy;
}

/** Words that a document writes for whatever the reader has. */
const placeholder = /^(?:[A-Z][A-Z_]*|\[.*|<.*|\.\.\.|…)$/;

function wrong(
  { file, line, words }: ShownCommand,
  known: ReadonlyMap<string, ReadonlySet<string>>,
): string[] {
  const where = `${file}:${line}: olympus ${words.join(' ')}`;
  if (words.length === 0 || placeholder.test(words[0]!)) return [];
  try {
    const names = known.get(words[0]!);
    const [first] = understood(words).args;
    const isOurs =
      names && first && /^[a-z][a-z-]*(\/[a-z0-9-]+)?$/.test(first) && !words.includes('--project');
    return isOurs && !names.has(first) ? [`${where}: there is no ${first}`] : [];
  } catch (error) {
    const message = (error as Error).message;
    return /help/.test((error as { code?: string }).code ?? '') ? [] : [`${where}: ${message}`];
  }
}

const known = async () =>
  new Map([
    ['load', new Set(loadScenarios())],
    ['explain', new Set((await readCatalogue()).map(({ name }) => name))],
  ]);

test('every command that the documents show is one that the program understands', async () => {
  const files = (await projectFiles('**/*.md')).filter((file) => file !== 'CHANGELOG.md');
  const shown = files.flatMap((file) => shownCommands(file, read(file)));
  assert.ok(shown.length > 100, `${shown.length} commands are shown`);
  const names = await known();
  assert.deepEqual(
    shown.flatMap((each) => wrong(each, names)),
    [],
  );
});

test('every command has its example, which the program understands, and --json and --quiet where it answers', async () => {
  const names = await known();
  for (const command of olympus.commands) {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) });
    command.outputHelp();
    const examples = shownCommands(command.name(), `\`\`\`sh\n${help.split('Example:')[1] ?? ''}\n\`\`\``);
    assert.ok(examples.length > 0, `${command.name()} has an example`);
    assert.deepEqual(
      examples.flatMap((each) => wrong(each, names)),
      [],
    );
    const flags = command.options.map(({ long }) => long);
    if (!['completion', 'test'].includes(command.name()))
      // a script, and what the runner of the tests prints
      assert.ok(
        flags.includes('--json') && flags.includes('--quiet'),
        `${command.name()} has --json and --quiet`,
      );
  }
});

test('the check finds a command, an option, a value, a statement that there is not', async () => {
  const names = await known();
  const found = (line: string) =>
    shownCommands('x.md', `\`\`\`sh\n${line}\n\`\`\``).flatMap((each) => wrong(each, names));
  for (const line of [
    './olympus banch',
    './olympus bench --suit smoke',
    './olympus bench --suite huge',
    './olympus explain orders/recentt',
    './olympus load storefrond --rate 5',
    'cd mine && ../olympus runs --nothing',
    './olympus load storefront \\\n  --rat 5',
  ])
    assert.equal(found(line).length, 1, line);
  for (const line of [
    './olympus bench --suite smoke | tee log   # --nothing',
    `./olympus index "CREATE INDEX ON core.orders (a)" --drop 'x y' > out`,
    './olympus compare RUN_A RUN_B',
  ])
    assert.deepEqual(found(line), [], line);
});

test('completion knows scenarios, statements and what runs can do, in every shell', async () => {
  const { completion } = await import('../cli/commands/completion.ts');
  for (const shell of ['bash', 'zsh', 'fish']) {
    let script = '';
    const write = mock.method(process.stdout, 'write', (text: string) => {
      script += text;
      return true;
    });
    try {
      await completion(olympus).parseAsync([shell], { from: 'user' });
    } finally {
      write.mock.restore();
    }
    for (const word of ['storefront', 'orders/recent', 'prune', shell === 'fish' ? '-l suite' : '--suite'])
      assert.ok(script.includes(word), `${shell}: ${word}`);
  }
});

test('docs/reference.md is what the program says of itself', () => {
  assert.equal(read('docs/reference.md'), referenceText, 'node cli/reference.ts > docs/reference.md');
});
