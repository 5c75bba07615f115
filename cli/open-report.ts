import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Progress } from '../config/progress.ts';

/** Opens a page in the user's browser; where there is none, that is a note: the report is written all the same. */
export async function openReport(file: string, progress: Progress): Promise<void> {
  const [program, ...before] = opener();
  const child = spawn(program!, [...before, file], { detached: true, stdio: 'ignore' });
  try {
    await once(child, 'spawn');
    child.unref();
  } catch {
    progress.warn(
      `--open: there is no ${program} here to open a browser with. Open ${file} by hand, or set BROWSER.`,
    );
  }
}

function opener(): string[] {
  if (process.env.BROWSER) return [process.env.BROWSER];
  if (process.platform === 'darwin') return ['open'];
  return process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
}
