import { endpoints, serviceNames } from '../endpoints/endpoints.ts';
import { findProgram } from '../setup/program.ts';
import type { Finding } from './finding.ts';

/** The services that the local topology starts on request. Nothing is fetched here. */
export const serviceFindings = (cache: string): Finding[] =>
  serviceNames.flatMap((endpoint): Finding[] => {
    const { program, purpose } = endpoints[endpoint];
    if (!program) return [];
    const fetcher = program.by.find((name) => findProgram(name) !== undefined);
    const found = program.here(cache) ?? (fetcher ? `not here yet; ${fetcher} gets it on first use` : '');
    return [
      {
        name: program.name,
        ok: found !== '',
        optional: true,
        found,
        what: `${endpoint}: ${purpose}`,
        how: program.how,
      },
    ];
  });
