import { usage } from './fault.ts';
import { type Milliseconds, milliseconds } from './units.ts';

const factors = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** "500ms", "30s", "5m", "1h". @throws Fault (usage) for anything else, naming the flag. */
export function duration(flag: string, text: string): Milliseconds {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim());
  if (!match) throw usage(`${flag} takes a time such as 30s, not "${text}".`, `For example: ${flag} 30s`);
  return milliseconds(Number(match[1]) * factors[match[2] as keyof typeof factors]);
}
