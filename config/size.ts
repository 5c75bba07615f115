import { usage } from './fault.ts';

const factors = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 } as const;

/** Bytes of "20GB", "500 MB", "0". @throws Fault (usage) naming the flag */
export function size(flag: string, text: string): number {
  const [, number, unit = 'B'] = /^(\d+(?:\.\d+)?)\s*(B|kB|MB|GB|TB)?$/.exec(text.trim()) ?? [];
  if (number === undefined)
    throw usage(`${flag} takes a size, not "${text}".`, `For example: ${flag} 20GB, or ${flag} 500MB`);
  return Math.round(Number(number) * factors[unit as keyof typeof factors]);
}
