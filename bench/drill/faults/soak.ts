import { seeded } from '../../../analysis/statistics/seeded.ts';
import { pause } from '../../pause.ts';
import type { DrillCase, DrillSetting, FaultDrill } from '../drill.ts';
import { watchMemory } from '../memory.ts';
import { writesAndStreams } from '../writes-and-streams.ts';
import { backEnd, postmaster, sessions } from './kill.ts';
import { restarted } from './restart.ts';
import { stalled } from './stall.ts';

/** ms between the repair of one fault and the next; drawn evenly from this range. */
const calm = { least: 3000, most: 15_000 } as const;

/** Faults at seeded moments for as long as was asked for, under one load and one ledger. */
export const soak: FaultDrill = {
  name: 'soak',
  what: 'faults at seeded random moments for --for (10 minutes when absent), with one ledger over all of it',
  wants: ['pooler', 'replica1', 'replica2'],
  inAll: false,
  cases: () => [
    {
      name: 'faults at random moments',
      needs: ['primary', 'pooler'],
      stopsServers: true,
      judged: 'writes',
      promise: 'no-loss',
      many: true,
      inject: breakAtRandom,
      async heal(setting) {
        for (const one of faults) if (one !== backEnd && one !== sessions) await one.heal(setting);
      },
      healed: writesAndStreams,
    },
  ],
};

const faults: readonly DrillCase[] = [
  restarted('primary', 'fast'),
  restarted('primary', 'immediate'),
  restarted('pooler', 'fast'),
  restarted('replica1', 'fast'),
  sessions,
  backEnd,
  postmaster,
  stalled('primary'),
  stalled('pooler'),
];

async function breakAtRandom(setting: DrillSetting): Promise<void> {
  const { options, signal, topology, control, seed, event } = setting;
  const there = faults.filter(({ needs }) => needs.every((part) => topology.find(part)));
  const random = seeded(seed);
  const end = performance.now() + options.soakFor;
  using memory = watchMemory(topology, control!);
  for (;;) {
    const next = performance.now() + calm.least + random() * (calm.most - calm.least);
    const one = there[Math.floor(random() * there.length)]!;
    if (next >= end) break;
    await pause(next - performance.now(), signal);
    event(`fault: ${one.name}`);
    await one.inject(setting);
    await pause(one.holdMs ?? 0, signal);
    await one.heal(setting);
    event('repaired it');
  }
  await pause(end - performance.now(), signal);
  setting.memory.push(...memory.soFar());
}
