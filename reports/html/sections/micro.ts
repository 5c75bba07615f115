import type { MicroResult } from '../../../result/result.ts';
import { count, quantity, rate } from '../../format.ts';
import { type Html, html } from '../html.ts';
import { column, figures, number, table } from '../table.ts';

/** Single operations one at a time: what the client's side alone costs. */
export const micro = (all: readonly MicroResult[]): Html => html`<h3>Single operations</h3>
<p class="muted">One operation at a time on one connection (tinybench): the least that a request can cost, without any load. Operations are per second of wall time.</p>
${table(
  'micro-table',
  'Micro-benchmarks',
  [
    column('Operation', ({ name }: MicroResult) => name),
    figures<MicroResult>('p50', ({ p50, unit, why }) => number(p50, (value) => quantity(value, unit), why)),
    figures<MicroResult>('p99', ({ p99, unit, why }) => number(p99, (value) => quantity(value, unit), why)),
    figures<MicroResult>('Operations', ({ operationsPerSecond }) => number(operationsPerSecond, rate)),
    figures<MicroResult>('Samples', ({ samples }) => number(samples, count)),
  ],
  all,
)}`;
