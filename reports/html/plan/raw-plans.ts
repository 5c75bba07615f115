import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Result } from '../../../result/result.ts';
import { Html } from '../html.ts';

/**
 * EXPLAIN's JSON of every plan, by its file in the run's folder, packed for the page: with it a plan can be copied where the folder
 * is not. A plan whose file is not there is left out, and its page has the link alone.
 */
export async function rawPlans(directory: string, { plans }: Pick<Result, 'plans'>): Promise<Html | null> {
  const named = [...new Set(plans.flatMap(({ file }) => file ?? []))];
  const kept = await Promise.all(
    named.map(async (file) => {
      try {
        return [[file, JSON.stringify(JSON.parse(await readFile(join(directory, file), 'utf8')))] as const];
      } catch {
        return [];
      }
    }),
  );
  const documents = Object.fromEntries(kept.flat());
  if (Object.keys(documents).length === 0) return null;
  const packed = await promisify(gzip)(JSON.stringify(documents), { level: 9 });
  return new Html(`<script type="text/plain" id="raw-plans">${packed.toString('base64')}</script>\n`);
}
