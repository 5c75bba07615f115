import { Argument, Command } from 'commander';

/** `completion bash|zsh|fish`: a script that completes the commands and their flags, written from the program itself. */
export function completion(program: Command): Command {
  return new Command('completion')
    .description('print a completion script for your shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', '\nExample:\n  $ . <(./olympus completion bash)')
    .exitOverride()
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const words = await argumentWords();
      const commands = program.commands.map((command) => ({
        name: command.name(),
        what: command.description(),
        flags: [...command.options.flatMap(({ long }) => long ?? []), ...(words.get(command.name()) ?? [])],
      }));
      process.stdout.write(`${scripts[shell](commands)}\n`);
    });
}

/** What the arguments of a command can be, of the project that the script is printed in. */
async function argumentWords(): Promise<ReadonlyMap<string, readonly string[]>> {
  const { loadScenarios } = await import('../../scenarios/load-scripts.ts');
  const { findProject } = await import('../../project/read-project.ts');
  const { projectCatalogue } = await import('../../project/project-catalogue.ts');
  const project = findProject(undefined);
  return new Map([
    ['load', loadScenarios(project.scenarios)],
    ['explain', (await projectCatalogue(project)).map(({ name }) => name)],
    ['runs', ['list', 'show', 'rm']],
    ['datasets', ['list', 'prune']],
  ]);
}

type Described = { name: string; what: string; flags: readonly string[] };

const words = (commands: Described[]) => commands.map(({ name }) => name).join(' ');
const bash = (commands: Described[]) => `_olympus() {
  local word=\${COMP_WORDS[COMP_CWORD]}
  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W '${words(commands)}' -- "$word")); return; fi
  case \${COMP_WORDS[1]} in
${commands.map(({ name, flags }) => `    ${name}) COMPREPLY=($(compgen -W '${flags.join(' ')}' -- "$word")) ;;`).join('\n')}
  esac
}
complete -o default -F _olympus olympus ./olympus`;

const scripts = {
  bash,
  zsh: (commands: Described[]) => `autoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`,
  fish: (commands: Described[]) =>
    commands
      .flatMap(({ name, what, flags }) => [
        `complete -c olympus -n __fish_use_subcommand -f -a ${name} -d '${what.replaceAll("'", '')}'`,
        ...flags.map((flag) => {
          const word = flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-f -a ${flag}`;
          return `complete -c olympus -n '__fish_seen_subcommand_from ${name}' ${word}`;
        }),
      ])
      .join('\n'),
};
