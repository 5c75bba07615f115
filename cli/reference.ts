/** Prints docs/reference.md from the program itself: `node cli/reference.ts > docs/reference.md`. */
import type { Command, Option } from 'commander';
import { exitCodes } from '../config/fault.ts';
import { measures } from '../result/measures.ts';
import { statementKeys } from '../scenarios/catalogue.ts';
import { sourceKeys } from '../scenarios/sources.ts';
import { olympus } from './program.ts';

/** Options that every command has are shown once. */
const everywhere = new Set(['--json', '--quiet', '--project', '--cache', '--help']);

const meaning: Readonly<Record<keyof typeof exitCodes, string>> = {
  done: 'done, and the objectives are met',
  regression: 'a regression, or an objective that is missed',
  usage: 'wrong usage or configuration',
  inconclusive: 'inconclusive, or measured and not trustworthy',
  component: 'a component is missing or failed',
  defect: 'a defect in Olympus Bench',
  interrupted: 'interrupted: everything is stopped, what was measured is kept and marked incomplete',
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');

function optionRow({ flags, description, defaultValue, argChoices }: Option): string {
  const choices = argChoices && !description.includes(argChoices[0]!) ? `: ${argChoices.join(', ')}` : '';
  const value =
    defaultValue === undefined || defaultValue === false ? '' : `; default ${JSON.stringify(defaultValue)}`;
  return `| \`${cell(flags)}\` | ${cell(description + choices + value)} |`;
}

function commandSection(command: Command, shared: boolean): string {
  const options = command.options.filter(({ long }) => shared === everywhere.has(long ?? ''));
  const words = command.registeredArguments.map((argument) => {
    const name = argument.name() + (argument.variadic ? '...' : '');
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [
    `### ${[command.name(), ...words].join(' ')}`,
    '',
    `${cell(command.description())}.`,
    ...(options.length > 0 ? ['', '| option | what |', '|---|---|', ...options.map(optionRow)] : []),
  ].join('\n');
}

const keyTable = (keys: Readonly<Record<string, string>>): string =>
  [
    '| key | what |',
    '|---|---|',
    ...Object.entries(keys).map(([key, what]) => `| \`${key}\` | ${cell(what)} |`),
  ].join('\n');

function resultTable(): string {
  const rows = measures.flatMap(({ part, sections }) =>
    Object.keys(sections).map((key) => `| \`${key}\` | ${part} |`),
  );
  return ['| key | measured by the part |', '|---|---|', ...rows].join('\n');
}

/** Everything here is read from the program; what it means together stands in the other documents. */
export const referenceText = `# Reference

Written by the program from itself (\`node cli/reference.ts > docs/reference.md\`); a test compares the two.

## Exit codes

| code | what |
|---|---|
${Object.entries(exitCodes)
  .map(([reason, code]) => `| ${code} | ${meaning[reason as keyof typeof exitCodes]} |`)
  .join('\n')}

## Options of every command

| option | what |
|---|---|
${olympus.commands
  .find((command) => command.name() === 'bench')!
  .options.filter(({ long }) => everywhere.has(long ?? ''))
  .map(optionRow)
  .join('\n')}

## Commands

${olympus.commands.map((command) => commandSection(command, false)).join('\n\n')}

## Headers

Of a statement, \`statements/GROUP/NAME.sql\`:

${keyTable(statementKeys)}

Of a source, \`sources/NAME.sql\`:

${keyTable(sourceKeys)}

## result.json

Its JSON Schema is \`reports/result.schema.json\`; each figure with its unit and direction stands in
\`result/figure-names.txt\`. Beside \`run\`, \`verdict\`, \`trust\`, \`environment\`, \`objectives\`, \`figures\`, \`findings\`,
\`skipped\` and \`warnings\` it has a section of each measure:

${resultTable()}
`;

if (import.meta.main) process.stdout.write(referenceText);
