import type { EndpointName } from '../infra/topology/endpoint.ts';

/** One endpoint for people to read. */
export interface Row {
  readonly name: EndpointName;
  readonly provider: string;
  readonly state: string;
  readonly url: string;
  readonly version: string;
  readonly why?: string;
  readonly what: string;
}

/** One line each: name, provider, state, address, version, purpose; below it what is wrong. */
export const endpointTable = (rows: readonly Row[]): string =>
  rows
    .map(({ name, provider, state, url: place, version, why, what }) => {
      const cells = [
        name.padEnd(12),
        provider.padEnd(8),
        state.padEnd(8),
        place.padEnd(36),
        version.padEnd(20),
        what,
      ];
      return [cells.join(' ').trimEnd(), ...(why ? [`  ${why}`] : [])].join('\n');
    })
    .join('\n');
