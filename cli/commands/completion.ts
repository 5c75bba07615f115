import { Argument, Command } from 'commander';

/** `completion bash|zsh|fish`: a script that completes the commands and their flags, written from the program itself. */
export function completion(program: Command): Command {
  return new Command('completion')
    .description('print a completion script for your shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', '\nExample:\n  $ . <(./olympus completion bash)')
    .exitOverride()
    .action((shell: 'bash' | 'zsh' | 'fish') => {
      const commands = program.commands.map((command) => ({
        name: command.name(),
        what: command.description(),
        flags: command.options.flatMap(({ long }) => long ?? []),
      }));
      process.stdout.write(`${scripts[shell](commands)}\n`);
    });
}

type Described = { name: string; what: string; flags: string[] };

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
        ...flags.map(
          (flag) => `complete -c olympus -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}`,
        ),
      ])
      .join('\n'),
};
