import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../../config/progress.ts';
import { runChild } from '../process/run-child.ts';
import { findProgram } from './program.ts';

interface Work {
  readonly cache: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Where it is put. */
export const fetchedCompose = (cache: string) => join(cache, 'docker-compose', 'docker-compose');

/** A release of the distribution whose package is Compose 2: older ones have version 1, which is another program. */
const release = 'trixie';

/**
 * Gets Compose 2 from the package of a newer release of Debian into the cache, without installing it: its program
 * needs nothing of that release. Undefined when it is there, else what stood in the way.
 */
export async function fetchCompose({ cache, progress, signal }: Work): Promise<string | undefined> {
  if (existsSync(fetchedCompose(cache))) return undefined;
  const mirror = debianMirror();
  if (mirror === undefined) return 'this system has no Debian mirror to get it from';
  progress.note(`getting Docker Compose 2 from Debian's packages (${release}) into the cache`);
  const folder = await mkdtemp(join(cache, 'apt-'));
  try {
    for (const below of ['lists/partial', 'archives/partial'])
      await mkdir(join(folder, below), { recursive: true });
    const list = join(folder, 'sources.list');
    const keys = '/usr/share/keyrings/debian-archive-keyring.gpg';
    await writeFile(list, `deb [signed-by=${keys}] ${mirror} ${release} main\n`);
    // lists and sources of its own: the system's stay as they are
    const own = [
      `Dir::Etc::SourceList=${list}`,
      'Dir::Etc::SourceParts=/dev/null',
      `Dir::State::Lists=${join(folder, 'lists')}`,
      `Dir::Cache=${folder}`,
      'APT::Sandbox::User=root',
      'Acquire::Languages=none',
      'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false',
    ].flatMap((option) => ['-o', option]);
    for (const command of ['update', 'download docker-compose']) {
      const { code, last } = await runChild('apt-get', [...own, '-q', ...command.split(' ')], {
        signal,
        cwd: folder,
      });
      if (code !== 0) return last.findLast((line) => line.startsWith('E:')) ?? `apt-get ended with ${code}`;
    }
    const deb = readdirSync(folder).find((name) => name.endsWith('.deb'));
    if (!deb) return 'apt-get downloaded nothing';
    await runChild('dpkg', ['-x', join(folder, deb), join(folder, 'content')], { signal });
    const plugin = join(folder, 'content', 'usr', 'libexec', 'docker', 'cli-plugins', 'docker-compose');
    await mkdir(join(fetchedCompose(cache), '..'), { recursive: true });
    await copyFile(plugin, fetchedCompose(cache));
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The mirror that this machine's apt uses. */
function debianMirror(): string | undefined {
  if (!findProgram('apt-get')) return undefined;
  const filter = ['Created-By: Packages', 'Origin: Debian', 'Label: Debian', 'Component: main'];
  const { stdout } = spawnSync('apt-get', ['indextargets', '--format', '$(REPO_URI)', ...filter], {
    encoding: 'utf8',
  });
  return stdout.split('\n')[0] || undefined;
}
