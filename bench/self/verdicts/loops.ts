import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Longer than any circumstance lasts: what a killed harness leaves behind ends by itself. */
const longest = 600; // s

/**
 * Processes that are not of this run's family, as somebody else's are not: a shell starts them and ends. Disposing ends
 * them by their numbers.
 */
export async function strangers(count: number, script: string): Promise<AsyncDisposable> {
  const started = `timeout ${longest} sh -c '${script}' >/dev/null 2>&1 </dev/null & echo $!`;
  const shell = spawn('sh', ['-c', Array.from({ length: count }, () => started).join('\n')], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  shell.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await once(shell, 'close');
  const pids = said.trim().split(/\s+/).map(Number);
  return {
    async [Symbol.asyncDispose]() {
      for (const pid of pids)
        try {
          process.kill(pid, 'SIGTERM'); // timeout hands it on
        } catch {} // it has ended
    },
  };
}
