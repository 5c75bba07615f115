import { join } from 'node:path';
import { figuresOf } from '../result/figures-of.ts';
import type { Result } from '../result/result.ts';
import { redactAll } from './redact.ts';
import { render } from './render.ts';
import { replaceFile } from './write-file.ts';

export const files = {
  result: 'result.json',
  html: 'index.html',
  summary: 'summary.md',
  junit: 'junit.xml',
  log: 'log.ndjson',
  raw: 'raw',
  owner: 'owner.json',
} as const;

/** Writes result.json, with its figures and every password removed. @returns what was written. */
export async function writeResult(directory: string, result: Result): Promise<Result> {
  const clean = redactAll({ ...result, figures: figuresOf(result) });
  await replaceFile(join(directory, files.result), `${JSON.stringify(clean, null, 1)}\n`);
  return clean;
}

/** Writes what derives from a result. */
export async function writeReports(directory: string, result: Result): Promise<void> {
  for (const [file, format] of [
    [files.summary, 'md'],
    [files.junit, 'junit'],
    [files.html, 'html'],
  ] as const)
    await replaceFile(join(directory, file), await render(result, format, directory));
}
