import { readFile } from 'node:fs/promises';
import { trustChecks } from '../analysis/verdict/trust-checks.ts';
import type { EngineReport } from '../bench/load/engine-report.ts';
import { loadResult } from '../bench/load/load-result.ts';
import { mergeReports, reportsIn } from '../bench/load/merge-reports.ts';
import { usage } from '../config/fault.ts';
import { loadWords } from '../reports/load-words.ts';
import type { LoadResult } from '../result/result.ts';
import type { Context } from './command.ts';

/** What the processes of one load printed, as one load: `{ load: [...] }` as in result.json, or a few lines. */
export async function mergeLoad(context: Context, files: readonly string[]): Promise<undefined> {
  const parts: EngineReport[] = [];
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch((error) => {
      throw usage(`${file} cannot be read: ${error.message}`, 'Give what `kubectl logs` printed, as files.');
    });
    const found = reportsIn(text);
    if (found.length === 0)
      throw usage(
        `${file} holds no report of a load.`,
        'A process prints its report as one line of JSON when OLYMPUS_RESULT is stdout.',
      );
    parts.push(...found);
  }
  const merged = mergeReports(parts).map((report) =>
    loadResult(report, { via: 'several processes', ceilingRate: null, histogram: '' }),
  );
  context.answer({ load: merged }, merged.map(described).join('\n\n'));
}

function described(load: LoadResult): string {
  const { scenario, model, connections, requests, dropped, errors, offeredRate, achievedRate } = load;
  const failed = Object.entries(errors).map(([state, count]) => `${count} of ${state}`);
  const untrusted = trustChecks({ load: [load], environment: { host: {} }, replication: [] }).filter(
    ({ ok }) => ok === false,
  );
  return [
    `${scenario}, ${model}: ${requests} requests on ${connections} connections, ${offeredRate === null ? '' : `${offeredRate.toFixed(1)} a second offered, `}${achievedRate.toFixed(1)} answered, ${dropped} never started`,
    `  errors    ${failed.join(', ') || 'none'}`,
    `  response  ${percentilesOf(load.responseMs)}`,
    `  service   ${percentilesOf(load.serviceMs)}`,
    ...loadWords(load).map((sentence) => `  ${sentence}`),
    ...untrusted.map(({ name, value, unit, why }) => `  not trustworthy: ${name}, ${value} ${unit}. ${why}`),
  ].join('\n');
}

const percentilesOf = ({ why, samples: _, ...levels }: LoadResult['responseMs']) =>
  [
    ...Object.entries(levels).flatMap(([level, ms]) =>
      typeof ms === 'number' ? [`${level.replace('999', '99.9')} ${ms.toFixed(2)} ms`] : [],
    ),
    ...(why ? [`(${why})`] : []),
  ].join(', ');
