import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import { endpointNames } from '../endpoints/endpoints.ts';
import { type Entries, parseTopologyFile } from './topology-file.ts';

/** Which provider each endpoint comes from, and who said so. */
export interface NamedTopology {
  /** "local", "docker", or the path of a file. */
  readonly source: string;
  /** Whether each endpoint was named one by one: then one that cannot be had is a failure, not a lack. */
  readonly explicit: boolean;
  readonly entries: Entries;
}

const presets = ['local', 'docker'] as const;

const preset = (provider: (typeof presets)[number]): NamedTopology => ({
  source: provider,
  explicit: false,
  entries: Object.fromEntries(endpointNames.map((name) => [name, { provider }])),
});

/** What `--topology` names: local, docker, or a file. @throws Fault (usage) */
export function namedTopology(word: string): NamedTopology {
  const known = presets.find((name) => name === word);
  if (known) return preset(known);
  const path = resolve(word);
  if (!existsSync(path))
    throw usage(
      `There is no topology "${word}".`,
      `${suggest(word, presets)} Or name a file that says which provider each endpoint comes from (docs/topology.md).`,
    );
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw usage(`${word} cannot be read: ${(error as Error).message}`, 'Name a file, YAML or JSON.');
  }
  return { source: path, explicit: true, entries: parseTopologyFile(text, word) };
}
