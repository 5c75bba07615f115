import type { Objective } from '../../../result/result.ts';
import { brief, quantity } from '../../format.ts';
import { sign } from '../cells.ts';
import { table } from '../table.ts';

export const checks = (title: string, all: readonly Objective[]) =>
  table(
    title,
    ['', 'Name', 'Value', 'Limit', 'Why'],
    all.map(({ name, ok, value, limit, unit, why }) => [
      sign(ok),
      name,
      value === null ? '–' : quantity(value, unit),
      limit === null ? '–' : brief(quantity(limit, unit)),
      why,
    ]),
  );
