import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { missing, usage } from '../../config/fault.ts';
import type { LiveNews } from './live-server.ts';

export interface Live extends AsyncDisposable {
  readonly url: string;
  tell(news: LiveNews): void;
}

/**
 * Starts the page of this run. Disposing it leaves the page a moment to fetch the last report.
 * @param port 0: any that is free
 * @throws Fault (usage) for a port that is none; (component) when it is taken
 */
export async function startLive(port: string): Promise<Live> {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535)
    throw usage(
      `--live takes a port, not "${port}".`,
      'For example: --live 8080, or --live alone for any that is free.',
    );
  const child = fork(join(import.meta.dirname, 'live-server.ts'), [port], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const ended = once(child, 'exit');
  const [first] = (await Promise.race([once(child, 'message'), ended.then(() => [{}])])) as [
    { url?: string; failed?: string },
  ];
  if (first.url === undefined)
    throw missing(
      `The live page cannot listen on port ${port}: ${first.failed ?? 'it ended at once'}.`,
      'Name another port, or --live alone for any that is free.',
    );
  child.unref();
  child.channel?.unref();
  let last = false;
  return {
    url: first.url,
    tell(news) {
      last ||= news.ended !== undefined;
      if (child.connected) child.send(news, () => {});
    },
    async [Symbol.asyncDispose]() {
      child.ref(); // nothing else may keep this process until it has ended
      if (!last && child.connected) child.disconnect(); // it was given no last word: it ends at once
      if (child.exitCode === null && child.signalCode === null) await ended;
    },
  };
}
