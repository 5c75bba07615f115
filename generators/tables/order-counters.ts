import { day, windowDays, windowStart } from '../calendar.ts';
import type { RowWriter } from '../copy/writer.ts';
import { subjects } from '../random.ts';
import { Rows } from './rows.ts';
import { table } from './table.ts';

export const orderCounters = table('core.order_counters', {
  organization_id: 'uuid',
  period: 'text',
  last_value: 'int8',
});

/** The last order number of a tenant in every month of the window: live orders go on from there. */
export class OrderCounterRows extends Rows {
  private readonly periods = monthsOfWindow();
  /** First row of the next tenant on each day: the next call's own first row. */
  private readonly ends = new Float64Array(windowDays);
  private endsOf = -1;

  write(writer: RowWriter, tenant: number): void {
    const { calendar, orders } = this.world;
    const follows = this.endsOf === tenant;
    for (const { period, from, to } of this.periods) {
      let count = 0;
      for (let index = from; index < to; index++) {
        const ofDay = calendar.firstOfDay[index + 1]! - calendar.firstOfDay[index]!;
        const phase = calendar.phases[index]!;
        const start = follows ? this.ends[index]! : orders.start(tenant, ofDay, phase);
        const end = orders.start(tenant + 1, ofDay, phase);
        this.ends[index] = end;
        count += end - start;
      }
      if (!count) continue;
      writer.row(orderCounters.width);
      this.ids.write(writer, subjects.organizationId, tenant, this.world.tenantCreated(tenant));
      writer.text(period);
      writer.int8(count);
    }
    this.endsOf = tenant + 1;
  }
}

/** The months of the window as YYYYMM with their days [from, to). */
function monthsOfWindow(): { period: string; from: number; to: number }[] {
  const months: { period: string; from: number; to: number }[] = [];
  for (let index = 0; index < windowDays; index++) {
    const period = new Date(windowStart + index * day).toISOString().slice(0, 7).replace('-', '');
    if (months.at(-1)?.period === period) months.at(-1)!.to = index + 1;
    else months.push({ period, from: index, to: index + 1 });
  }
  return months;
}
