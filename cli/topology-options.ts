import { Option } from 'commander';

/** Which topology a command works on, and what may be done to servers that are the user's. */
export const topologyOptions = () => [
  new Option(
    '--topology <name>',
    'local, docker, or a file that names a provider for each endpoint; what is up, else local, when absent',
  ),
  new Option(
    '--servers <n>',
    'PostgreSQL servers of a topology that this command brings up: 1 has no replica (what needs one is skipped), 2 has replica1, 3 both',
  ).choices(['1', '2', '3']),
  new Option(
    '--stand-ins <when>',
    "what docker runs for an official image that the engine lacks: auto (pulls it, else what this machine's package registries give), always (does not pull), never",
  ).choices(['auto', 'always', 'never']),
  new Option('--allow-writes', 'servers of yours may be written to; else they are only read'),
  new Option('--allow-load', 'a load may search for the ceiling of a server of yours; else it needs a rate'),
  new Option('--i-know-it-is-not-ours <database>', 'this empty database of yours may be migrated and filled'),
  ...sharingOptions(),
];

/** What to do about others who use the same topology. */
export const sharingOptions = () => [
  new Option('--no-wait', 'fail when another command works on the topology; else wait for it'),
  new Option('--not-mine', 'use what another checkout holds'),
];

export interface TopologyOptions {
  readonly topology?: string;
  readonly servers?: '1' | '2' | '3';
  readonly standIns?: 'auto' | 'always' | 'never';
  readonly allowWrites?: boolean;
  readonly allowLoad?: boolean;
  readonly iKnowItIsNotOurs?: string;
  readonly wait?: boolean;
  readonly notMine?: boolean;
}
