import type { Result } from '../../../result/result.ts';
import { count, rate } from '../../format.ts';
import { loadWords } from '../../load-words.ts';
import { given, percentile } from '../cells.ts';
import { table } from '../table.ts';
import { text } from '../text.ts';

export const load = ({ load: all }: Result) => {
  const told = all.flatMap((each) =>
    loadWords(each).map((sentence) => `- ${text(each.scenario)}: ${text(sentence)}`),
  );
  return [loadTable(all), told.join('\n')].filter((block) => block !== '').join('\n\n');
};

const loadTable = (all: Result['load']) =>
  table(
    'Load',
    [
      'Scenario',
      'Model',
      'Offered',
      'Achieved',
      'Dropped',
      'Errors',
      'Response p50',
      'p99',
      'max',
      'Service p50',
      'p99',
    ],
    all.map((each) => [
      each.scenario,
      each.model,
      given(each.offeredRate, rate),
      rate(each.achievedRate),
      count(each.dropped),
      count(Object.values(each.errors).reduce((sum, n) => sum + n, 0)),
      ...(['p50', 'p99', 'max'] as const).map((level) => percentile(each.responseMs, level)),
      ...(['p50', 'p99'] as const).map((level) => percentile(each.serviceMs, level)),
    ]),
  );
