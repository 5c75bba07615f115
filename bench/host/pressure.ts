import { readFileSync } from 'node:fs';

/** Microseconds since boot in which some process waited (man: Documentation/accounting/psi); null where nobody counts. */
export interface Pressure {
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly io: number | null;
}

export function readPressure(proc: string): Pressure {
  const of = (resource: string): number | null => {
    try {
      const total = /^some .*total=(\d+)/m.exec(readFileSync(`${proc}/pressure/${resource}`, 'utf8'))?.[1];
      return total === undefined ? null : Number(total);
    } catch {
      return null;
    }
  };
  return { cpu: of('cpu'), memory: of('memory'), io: of('io') };
}

/** % of the time between two looks. */
export function pressureBetween(from: Pressure, to: Pressure, seconds: number): Pressure {
  const share = (key: keyof Pressure): number | null => {
    const [before, after] = [from[key], to[key]];
    return before === null || after === null || seconds <= 0 ? null : (after - before) / (1e4 * seconds);
  };
  return { cpu: share('cpu'), memory: share('memory'), io: share('io') };
}
