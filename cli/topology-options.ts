import { Option } from 'commander';

/** Which topology a command works on, and what may be done to servers that are the user's. */
export const topologyOptions = () => [
  new Option(
    '--topology <name>',
    'local, docker, or a file that names a provider for each endpoint; what is up, else local, when absent',
  ),
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
  readonly allowWrites?: boolean;
  readonly allowLoad?: boolean;
  readonly iKnowItIsNotOurs?: string;
  readonly wait?: boolean;
  readonly notMine?: boolean;
}
