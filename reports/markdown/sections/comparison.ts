import type { Result } from '../../../result/result.ts';
import { falseAlarmSentence } from '../../false-alarms.ts';
import { count, quantity, ratio } from '../../format.ts';
import { given, interval } from '../cells.ts';
import { table } from '../table.ts';
import { text } from '../text.ts';

export const comparison = ({ comparison: all, falseAlarms }: Result) =>
  [comparisonTable(all), falseAlarms === undefined ? '' : text(falseAlarmSentence(falseAlarms))]
    .filter((block) => block !== '')
    .join('\n\n');

const comparisonTable = (all: Result['comparison']) =>
  table(
    'Comparison',
    ['Metric', 'A', 'B', 'B / A', 'Interval', 'Pairs', 'Verdict'],
    all.map((each) => [
      each.metric,
      ...[each.a, each.b].map((side) => given(side, (value) => quantity(value, each.unit ?? ''))),
      given(each.ratio, ratio),
      interval(each),
      count(each.pairs),
      each.verdict,
    ]),
  );
