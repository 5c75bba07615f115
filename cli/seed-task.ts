import { usage } from '../config/fault.ts';
import type { Shard } from '../generators/seed.ts';
import { type DataOptions, integer } from './options.ts';
import type { StoreOptions } from './run-store-options.ts';

export type SeedOptions = DataOptions &
  StoreOptions & {
    /** A scale by the name of the specification's seeds. */
    preset?: string;
    shard?: string;
    intoLive?: boolean;
    append?: string;
    verify?: boolean;
    reload?: boolean;
    explain?: boolean;
    render?: string;
    shards?: string;
    database?: string;
    /** Of a project of the user's: how many times the rows of its source. */
    factor?: string;
    image: string;
  };

/** What one call of `seed` is to do. */
export type SeedTask =
  | { readonly kind: 'load'; readonly shard: Shard; readonly live: boolean; readonly reload: boolean }
  | { readonly kind: 'append'; readonly days: number }
  | { readonly kind: 'verify' }
  | { readonly kind: 'explain'; readonly live: boolean }
  | { readonly kind: 'render'; readonly shards: number };

const maxShards = 1000;

/** @throws Fault (usage) for options that do not go together, or are none. */
export function seedTask(options: SeedOptions): SeedTask {
  const { shard, intoLive: live = false, reload = false, append, verify, explain, render, shards } = options;
  const asked = {
    '--shard': shard,
    '--append': append,
    '--verify': verify,
    '--explain': explain,
    '--render': render,
  };
  const given = Object.entries(asked).flatMap(([flag, value]) => (value === undefined ? [] : flag));
  if (given.length > 1) throw usage(`${given.join(' and ')} do not go together.`, `Call seed once for each.`);
  const not = given.filter((flag) => flag !== '--explain');
  if (live && not.length)
    throw usage(
      `--into-live and ${not[0]} do not go together.`,
      'It loads everything with every index, key and trigger on.',
    );
  if (reload && given.length)
    throw usage(
      `--reload and ${given[0]} do not go together.`,
      'It empties the database, and loads all of it again.',
    );
  const alone = [...given, ...(live ? ['--into-live'] : []), ...(options.database ? ['--database'] : [])];
  if (options.store !== undefined && alone.length)
    throw usage(
      `--store and ${alone[0]} do not go together.`,
      'It shares the data set that a whole load into a topology has made.',
    );
  if (shards !== undefined && render === undefined)
    throw usage('--shards says how many pods --render writes down.', 'One part is loaded with --shard 1/4.');
  if (append !== undefined) return { kind: 'append', days: daysOf(append) };
  if (verify) return { kind: 'verify' };
  if (explain) return { kind: 'explain', live };
  if (render !== undefined) return { kind: 'render', shards: shardsOf(shards) };
  return { kind: 'load', live, reload, shard: shard === undefined ? { index: 1, of: 1 } : shardOf(shard) };
}

function shardOf(text: string): Shard {
  const [, index, of] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number) as [
    unknown,
    number?,
    number?,
  ];
  if (index !== undefined && of !== undefined && index >= 1 && index <= of && of <= maxShards)
    return { index, of };
  throw usage(
    `There is no shard "${text}".`,
    `Shards count from 1 to their number, at most ${maxShards}: --shard 1/4 to --shard 4/4.`,
  );
}

function shardsOf(text: string | undefined): number {
  if (text === undefined)
    throw usage('--render needs the number of pods.', 'For example: --shards 4 --render k8s-job');
  return integer('--shards', text, 1, maxShards);
}

function daysOf(text: string): number {
  const days = Number(/^(\d{1,3})d$/.exec(text)?.[1]);
  if (days >= 1 && days <= 366) return days;
  throw usage(`--append takes days, from 1d to 366d, not "${text}".`, 'For example: --append 1d');
}
