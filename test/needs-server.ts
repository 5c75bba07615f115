/** Which tests need more than Node: a PostgreSQL server, a browser, k6, Docker or any other program. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What starts programs. A test that imports one of these needs what it starts. */
const starters = [
  /^node:child_process$/,
  /^playwright-core$/,
  /\/infra\/local\/local\.ts$/,
  /\/infra\/setup\/k6\.ts$/,
  /\/infra\/docker\/engine\.ts$/,
];

/** Whether a test, or a file of `test/` that it imports, reads the test server's address or imports a starter. */
export function needsServer(file: string, seen = new Set<string>()): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  if (/process\.env\.OLYMPUS_TEST_SERVER/.test(text)) return true;
  const imported = [...text.matchAll(/^(?:import|\} from|export) (?!type )[^'\n]*'([^']+)'/gm)].map(
    ([, specifier]) => (specifier!.startsWith('.') ? join(dirname(file), specifier!) : specifier!),
  );
  return imported.some(
    (target) =>
      starters.some((starter) => starter.test(target)) ||
      (dirname(target) === import.meta.dirname && needsServer(target, seen)),
  );
}
