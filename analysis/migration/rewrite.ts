import type { Relation } from './catalogue.ts';
import type { Forecast } from './forecast.ts';
import type { SchemaModel } from './schema-model.ts';

/** The table is written anew, and all its indexes with it, under ACCESS EXCLUSIVE. A partitioned table itself has no file. */
export function rewrite(model: SchemaModel, forecast: Forecast, table: Relation) {
  forecast.lock('ACCESS EXCLUSIVE', table);
  if (table.kind === 'partitioned') return;
  forecast.takes('rewrite', table);
  forecast.rewritten.add(table);
  for (const index of model.indexesOf(table)) {
    forecast.lock('ACCESS EXCLUSIVE', index);
    forecast.rewritten.add(index);
  }
}
