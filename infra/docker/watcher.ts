import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { composeCommand, composeEnvironment, type Project } from './project.ts';

/** A process that outlives us, and takes the project down when we are gone without having released it. */
export interface Watcher {
  release(): Promise<void>;
}

/**
 * Containers are children of the engine, so no signal of the kernel ends them when we are killed. The watcher reads a
 * pipe that we hold open: a word releases it, and its end without one is our death.
 */
export function watchOver(project: Project): Watcher {
  const [program, ...args] = composeCommand(project, ['down', '--volumes', '--timeout', '5']);
  const child = spawn(
    'sh',
    ['-c', watch, 'sh', project.folder, project.engine.pidFile ?? '', program, ...args],
    {
      env: composeEnvironment(project),
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  child.unref();
  const gone = once(child, 'exit');
  child.stdin.on('error', () => {}); // it was ended by somebody else
  return {
    async release() {
      child.ref();
      child.stdin.end('released\n');
      await gone;
    },
  };
}

/**
 * The folder goes last: as long as it is there, the next start knows that something may be left. Then an engine of ours
 * ends, unless somebody's container runs in it.
 */
const watch = `
trap '' INT TERM HUP QUIT
folder=$1; engine=$2; shift 2
if read -r word; then exit 0; fi
"$@" && rm -rf "$folder"
if [ -n "$engine" ] && [ -z "$(docker ps --quiet)" ]; then kill -TERM "$(cat "$engine")"; fi
`;
