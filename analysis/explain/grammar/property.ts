import type { Fields } from '../field.ts';

/** A line below a node, as the fields that JSON has. Some lines hold several figures, some of them only in text. */
export function readProperty(key: string, value: string): Fields {
  const special = value.length > longest && key !== 'Buffers' ? null : readers[key]?.(value);
  return special ?? { [key]: /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value };
}

/** Lines of figures are short. */
const longest = 4000;

const readers: Readonly<Record<string, (value: string) => Fields | null>> = {
  Buffers: blocksOf,
  'Sort Method': sortOf,
  Buckets: (value) => {
    const [, batches] = /Batches: (\d+)/.exec(value) ?? [];
    return batches ? { 'Hash Batches': Number(batches) } : {};
  },
  Batches: aggregateOf,
  'Planned Partitions': aggregateOf,
  Storage: (value) => {
    const [, storage, size] = /^(Memory|Disk)\s+Maximum Storage: (\d+)kB$/.exec(value) ?? [];
    return storage ? { Storage: storage, 'Maximum Storage': Number(size) } : null;
  },
  Sampling: (value) => {
    const [, method, parameters, seed] = /^(\S+) \((.*?)\)(?: REPEATABLE \((.*)\))?$/.exec(value) ?? [];
    if (!method) return null;
    return {
      ...{ 'Sampling Method': method, 'Sampling Parameters': [parameters] },
      ...(seed ? { 'Repeatable Seed': seed } : {}),
    };
  },
  'Full-sort Groups': groupsOf('Full-sort Groups'),
  'Pre-sorted Groups': groupsOf('Pre-sorted Groups'),
};

function sortOf(value: string): Fields | null {
  const [, method, where, size] = /^(.+?)\s+(Memory|Disk): (\d+)kB$/.exec(value) ?? [];
  return method ? { 'Sort Method': method, 'Sort Space Type': where, 'Sort Space Used': Number(size) } : null;
}

function aggregateOf(value: string): Fields {
  const [, disk] = /Disk Usage: (\d+)kB/.exec(value) ?? [];
  return disk ? { 'Disk Usage': Number(disk) } : {};
}

function groupsOf(name: string): (value: string) => Fields {
  return (value) => {
    const [, methods = ''] = /Sort Methods?: (.+?) {2}/.exec(value) ?? [];
    const [, disk] = /Peak Disk: (\d+)kB/.exec(value) ?? [];
    return {
      [name]: {
        'Sort Methods Used': methods.split(', '),
        ...(disk ? { 'Sort Space Disk': { 'Peak Sort Space Used': Number(disk) } } : {}),
      },
    };
  };
}

const kinds = { shared: 'Shared', local: 'Local', temp: 'Temp' } as const;
const verbs = { hit: 'Hit', read: 'Read', dirtied: 'Dirtied', written: 'Written' } as const;

/** "shared hit=3 read=1, temp read=5 written=6": a kind that is not named was not touched. */
export function blocksOf(value: string): Fields {
  const blocks: Record<string, number> = {
    'Shared Hit Blocks': 0,
    'Shared Read Blocks': 0,
    'Local Hit Blocks': 0,
    'Local Read Blocks': 0,
    'Temp Read Blocks': 0,
    'Temp Written Blocks': 0,
  };
  for (const [, kind, figures = ''] of value.matchAll(/(shared|local|temp)((?: \w+=\d+)+)/g))
    for (const [, verb, count] of figures.matchAll(/ (\w+)=(\d+)/g))
      if (verb! in verbs)
        blocks[`${kinds[kind as keyof typeof kinds]} ${verbs[verb as keyof typeof verbs]} Blocks`] =
          Number(count);
  return blocks;
}

export const settingsOf = (value: string): Fields =>
  Object.fromEntries(
    [...value.matchAll(/(?<![\w.])([\w.]+) = '((?:[^']|'')*)'/g)].map(([, name, of]) => [
      name!,
      of!.replaceAll("''", "'"),
    ]),
  );

/** "Trigger audit", "Trigger for constraint fk", "Trigger RI_1 for constraint fk on t": time may be missing. */
export function triggerOf(text: string): Fields | null {
  if (text.length > longest) return null;
  const [, name, constraint, relation, time, calls] =
    /^Trigger(?: (?!for constraint )(.+?))?(?: for constraint (.+?))?(?: on (\S.*?))?: (?:time=([\d.]+) )?calls=(\d+)$/.exec(
      text,
    ) ?? [];
  if (calls === undefined) return null;
  return {
    ...(name ? { 'Trigger Name': name } : {}),
    ...(constraint ? { 'Constraint Name': constraint } : {}),
    ...(relation ? { Relation: relation } : {}),
    ...(time ? { Time: Number(time) } : {}),
    Calls: Number(calls),
  };
}
