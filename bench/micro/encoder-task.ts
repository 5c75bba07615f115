import { Assortment } from '../../generators/assortment.ts';
import { recycle } from '../../generators/copy/writer.ts';
import { Sales } from '../../generators/order-facts.ts';
import { resolveScale } from '../../generators/scales.ts';
import { OrderRows } from '../../generators/tables/orders.ts';
import { chunksOf } from '../../generators/tables/table.ts';
import { World } from '../../generators/world.ts';
import type { MicroTask } from './run-task.ts';

const rows = 1000;

/** Encodes 1,000 orders in the binary format of COPY; what is sold to whom is drawn before. */
export function encoderTask(seed: number): MicroTask {
  const world = new World(seed, resolveScale('tiny'));
  const assortment = new Assortment(world);
  const sales = new Sales(world, assortment, rows);
  sales.begin(0);
  sales.extend(rows);
  const orders = new OrderRows(world, assortment);
  return {
    name: `encoder/${rows} orders`,
    yields: true,
    async run() {
      let bytes = 0;
      for (const chunk of chunksOf(rows, (writer, i) => orders.write(writer, sales, i))) {
        bytes += chunk.length;
        recycle(chunk); // as the sender does when the chunk is gone
      }
      return bytes;
    },
  };
}
