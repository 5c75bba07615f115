import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import type { FalseAlarms } from '../../result/result.ts';
import { hostFacts } from '../host/host.ts';
import type { Clock } from './clock.ts';

/** Equal sides that were compared at one time, and how many of them were called different. */
export interface Measured {
  readonly at: string;
  /** "ab --aa" or "self". */
  readonly by: string;
  readonly alarms: number;
  readonly of: number;
}

/** What the rate belongs to: another machine, server or clock has a rate of its own. */
export interface Judge {
  /** As the endpoint says it: "PostgreSQL 18.4". */
  readonly server: string;
  readonly clock: Clock;
}

/** The false alarms of this machine, kept between runs. */
export interface FalseAlarmRecord {
  add(judge: Judge, measured: Measured): Promise<void>;
  /** null: never measured here. */
  rate(judge: Judge): Promise<FalseAlarms | null>;
}

/** More would tell of a machine that has long been another one. */
const remembered = 20;

/** In false-alarms.json of the cache folder. What cannot be read there counts as never measured. */
export function falseAlarmRecord(cache: string): FalseAlarmRecord {
  const file = join(cache, 'false-alarms.json');
  const read = async (): Promise<Record<string, Measured[]>> => {
    try {
      return JSON.parse(await readFile(file, 'utf8')) as Record<string, Measured[]>;
    } catch {
      return {};
    }
  };
  return {
    async add(judge, measured) {
      const all = await read();
      all[keyOf(judge)] = [...(all[keyOf(judge)] ?? []), measured].slice(-remembered);
      const beside = `${file}.${process.pid}.tmp`;
      await writeFile(beside, `${JSON.stringify(all, null, 1)}\n`);
      await rename(beside, file);
    },
    async rate(judge) {
      const found = (await read())[keyOf(judge)] ?? [];
      if (found.length === 0) return null;
      const sum = (key: 'alarms' | 'of') => found.reduce((total, one) => total + one[key], 0);
      return {
        alarms: sum('alarms'),
        of: sum('of'),
        measurements: found.length,
        lastAt: found.at(-1)!.at,
        clock: judge.clock,
      };
    },
  };
}

function keyOf({ server, clock }: Judge): string {
  const { cpu, cores, memoryBytes, kernel } = hostFacts();
  const memory = `${Math.round(memoryBytes / 2 ** 30)} GiB`;
  return [cpu, `${cores} cores`, memory, kernel, server, `harness ${packageJson.version}`, clock].join(', ');
}
