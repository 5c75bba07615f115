import { spawnSync } from 'node:child_process';
import type { Progress } from '../../config/progress.ts';
import { cacheFolder } from './cache-folder.ts';
import { fetchCompose } from './compose-plugin.ts';
import { ensureDebianPackages } from './debian.ts';
import { engineAnswers, engineEnvironment, installEngine, startEngine } from './own-engine.ts';

/** An engine for the time of a test run. Disposing it ends what was started for it. */
export interface TestEngine extends AsyncDisposable {
  /** What a process must have in its environment to speak to it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Why there is none, and how to get one. */
export interface NoEngine {
  readonly why: string;
  readonly how: string;
}

interface Work {
  readonly cache?: string | undefined;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * The engine that answers, else one of our own that ends with us. What it takes is installed where that can be done
 * without asking (as root, by apt-get).
 */
export async function engineForTests({ cache: named, ...work }: Work): Promise<TestEngine | NoEngine> {
  const cache = cacheFolder(named);
  const none = (why: string): NoEngine => ({
    why,
    how: 'Install Docker with Compose 2 and start it (docs/topology.md), then run the tests again.',
  });
  if (engineAnswers() && hasCompose()) return { environment: {}, async [Symbol.asyncDispose]() {} };
  const why = 'the topology in Docker is tested for real';
  const trouble = await installEngine(why, work);
  if (trouble !== undefined) return none(trouble);
  const [lacking] = await ensureDebianPackages(
    [{ package: 'mmdebstrap', provides: 'mmdebstrap', why }],
    work,
  );
  if (lacking) return none(lacking.why);
  const noCompose = hasCompose() ? undefined : await fetchCompose({ cache, ...work });
  if (noCompose !== undefined) return none(`Docker Compose 2 is missing: ${noCompose}`);
  const environment = engineEnvironment(cache);
  if (engineAnswers(environment)) return { environment, async [Symbol.asyncDispose]() {} };
  const started = await startEngine(cache, 'tied', work);
  if (started.trouble !== undefined) return none(started.trouble);
  return { environment, [Symbol.asyncDispose]: () => started[Symbol.asyncDispose]() };
}

const hasCompose = (): boolean =>
  [['docker', 'compose'], ['docker-compose']].some(([program = '', ...args]) =>
    /^v?[2-9]\./.test(
      spawnSync(program, [...args, 'version', '--short'], { encoding: 'utf8' }).stdout?.trim() ?? '',
    ),
  );
