/** Prints result/figure-names.txt: `node result/figure-names.ts > result/figure-names.txt`. */
import { catalogue, figureName } from './catalogue.ts';

/** Names are a contract: scripts, dashboards and series hold them. One that goes needs an alias (history/aliases.ts). */
export const figureNames = `${catalogue
  .map(({ measure, spec: { name, unit, better, kind, decides }, path }) =>
    [figureName(measure, name), unit, better, kind, decides ?? 'advises', path].join('\t'),
  )
  .sort()
  .join('\n')}\n`;

if (import.meta.main) process.stdout.write(figureNames);
