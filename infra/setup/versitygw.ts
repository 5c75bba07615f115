import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { missing } from '../../config/fault.ts';
import { runChild } from '../process/run-child.ts';
import { findGo } from './go.ts';
import { type Fetching, installCached } from './install-cached.ts';
import { findProgram } from './program.ts';

export const versitygwVersion = '1.8.0';
const module = `github.com/versity/versitygw/cmd/versitygw@v${versitygwVersion}`;
const folderIn = (cache: string) => join(cache, 'versitygw', versitygwVersion);

/** Whether the S3 gateway is built: building takes a minute or two. */
export const hasVersitygw = (cache: string): boolean =>
  existsSync(folderIn(cache)) || findProgram('versitygw') !== undefined;

/**
 * Path of the S3 gateway: $OLYMPUS_VERSITYGW, else the one on PATH, else our build in the cache, else a new build.
 * @throws Fault (component) when it cannot be had.
 */
export async function findVersitygw(fetching: Fetching): Promise<string> {
  const named = process.env.OLYMPUS_VERSITYGW;
  const here = findProgram('versitygw', named);
  if (here) return here;
  if (named)
    throw missing(`OLYMPUS_VERSITYGW is ${named}, which cannot be run.`, 'Name a versitygw, or unset it.');
  const { cache, progress, signal } = fetching;
  const folder = await installCached(folderIn(cache), fetching, async (partial) => {
    const go = await findGo(fetching);
    if (go.kind === 'absent') throw missing(`versitygw cannot be built: ${go.why}.`, go.how);
    progress.note(`building versitygw ${versitygwVersion} by Go ${go.version} (two minutes, once), for S3`);
    const { code, last } = await runChild(go.path, ['install', '-trimpath', module], {
      env: { ...process.env, GOBIN: partial, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '' },
      signal,
    });
    if (code !== 0)
      throw missing(
        `go install of versitygw ended with ${code}: ${last.at(-1) ?? ''}`,
        'Is the Go module proxy (GOPROXY) reachable? Or put versitygw on PATH, or name it with OLYMPUS_VERSITYGW.',
      );
  });
  return join(folder, 'versitygw');
}
