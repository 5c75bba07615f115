import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestSources, k6Environment, k6Module } from './k6.ts';

/**
 * The k6 that loads are run by, without building it: "v2.2.0, module 72ef98accbaa743e" (version of k6, digest of our
 * module's sources), or what $K6_BINARY says of itself; null when that says nothing.
 */
export function k6Version(): string | null {
  const named = process.env.K6_BINARY;
  if (named) {
    const { stdout } = spawnSync(named, ['version'], {
      encoding: 'utf8',
      env: { ...process.env, ...k6Environment },
    });
    return (
      stdout
        ?.split('\n')[0]
        ?.replace(/^\S*k6(\.exe)? /, '')
        .trim() || null
    );
  }
  const requires = /^\s*(?:require )?go\.k6\.io\/k6\/v2 (\S+)/m.exec(
    readFileSync(join(k6Module, 'go.mod'), 'utf8'),
  );
  return `${requires?.[1] ?? 'unknown'}, module ${digestSources(k6Module)}`;
}
