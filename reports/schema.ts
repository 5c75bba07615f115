/** Prints reports/result.schema.json: `node reports/schema.ts > reports/result.schema.json`. */
import { Result } from '../result/result.ts';

export const schemaText = `${JSON.stringify(
  { $schema: 'https://json-schema.org/draft/2020-12/schema', ...Result },
  null,
  2,
)}\n`;

if (import.meta.main) process.stdout.write(schemaText);
