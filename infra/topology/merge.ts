import { endpointNames } from '../endpoints/endpoints.ts';
import type { Absent, EndpointName } from './endpoint.ts';
import { type MayWrite, Topology } from './topology.ts';

const rank = (name: EndpointName) => endpointNames.indexOf(name);

/**
 * Several providers' parts as one topology, in the order of `endpointNames`. Disposing it disposes them, the last first.
 * @param absent what none of them was asked for, and why
 * @param mayWrite where the primary is not ours
 * @param lasts whether it was there before and stays
 */
export function mergeTopologies(
  parts: readonly Topology[],
  absent: readonly Absent[] = [],
  mayWrite?: MayWrite,
  lasts = false,
): Topology {
  const all = new AsyncDisposableStack();
  for (const part of parts) all.use(part);
  return new Topology(
    parts.flatMap(({ endpoints }) => endpoints).sort((a, b) => rank(a.name) - rank(b.name)),
    [...parts.flatMap((part) => part.absent), ...absent].sort((a, b) => rank(a.part) - rank(b.part)),
    () => all.disposeAsync(),
    parts.find((part) => part.find('primary'))?.keep,
    mayWrite,
    lasts,
    parts.find((part) => part.find('primary'))?.control,
  );
}
