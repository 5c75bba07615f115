import { againWith } from './again.ts';
import { trustLimits } from './trust-limits.ts';

/** What settles a lag that is not known finely enough: more commits, and a probe that nobody holds up. */
export function lagRemedy(
  probeErrorMs: number | null | undefined,
  run: Parameters<typeof againWith>[0],
): string | undefined {
  const longer = againWith(run, { '--suite': 'nightly' });
  if ((probeErrorMs ?? 0) <= trustLimits.lagProbeError) return longer;
  return `Let nothing else run meanwhile${longer ? `: ${longer}` : '.'}`;
}
