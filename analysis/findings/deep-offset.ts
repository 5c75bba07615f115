import type { PaginationResult } from '../../result/result.ts';
import { figure } from './figures.ts';
import type { Found, Rule } from './rule.ts';
import { worstEach } from './worst-each.ts';

const minRatio = 10;
const minBuffers = 1000;
const severeBuffers = 10_000;

/** Lists whose deep pages cost many times more by offset than by keyset. */
export const deepOffset: Rule = {
  name: 'deep-offset',
  find: ({ pagination }) =>
    worstEach(
      pagination.flatMap((page): Found[] => {
        const keyset = page.method === 'offset' ? cheapestKeyset(page, pagination) : null;
        if (page.buffers === null || keyset === null || page.buffers < minBuffers) return [];
        const ratio = page.buffers / Math.max(1, keyset);
        if (ratio < minRatio) return [];
        return [
          {
            about: page.statement,
            part: 'pagination',
            statement: page.statement,
            figure: 'pagination.buffers',
            value: page.buffers,
            unit: 'buffers',
            sentence: `${page.statement} reads ${figure(page.buffers)} buffers for the page after ${figure(page.depth)} rows; by keyset it takes ${figure(keyset)} (${page.tenantClass}).`,
            severity: page.buffers >= severeBuffers ? 3 : 2,
            link: '#pagination',
            excess: page.buffers / minBuffers,
          },
        ];
      }),
    ),
};

function cheapestKeyset(offset: PaginationResult, all: readonly PaginationResult[]): number | null {
  const same = all.filter(
    ({ method, statement, tenantClass, depth }) =>
      method === 'keyset' &&
      depth === offset.depth &&
      tenantClass === offset.tenantClass &&
      listOf(statement) === listOf(offset.statement),
  );
  const known = same.flatMap(({ buffers }) => (buffers === null ? [] : [buffers]));
  return known.length > 0 ? Math.min(...known) : null;
}

/** "orders" of orders/offset and of orders/keyset-or. */
const listOf = (statement: string) => statement.replace(/\/[^/]*$/, '');
