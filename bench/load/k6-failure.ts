import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault, usage } from '../../config/fault.ts';
import type { Ended } from '../../infra/process/run-child.ts';
import { shownPath } from '../../scenarios/shown-path.ts';

interface Cause {
  readonly reason: 'usage' | 'component';
  readonly next: string;
}

/** Words of k6, of our module and of a server that say whose turn it is. */
const told: readonly (Cause & { readonly words: RegExp })[] = [
  {
    words: /open files/,
    reason: 'usage',
    next: 'Ask for fewer connections, or raise the limit with `ulimit -n`.',
  },
  {
    words: /cannot open \d+ connections|cannot be executed on|failed to connect|connection refused/,
    reason: 'component',
    next: 'See `./olympus status`; are there enough connections for this load (max_connections, max_client_conn)?',
  },
];

/** Of a server's settings or of the disk, and none of the script's doing. */
const notOfScript = /cannot write|no space left|standard_conforming_strings/i;

/**
 * k6's codes for an invalid configuration, a script that throws, and one that was aborted: our module aborts it for
 * whatever the script asks of it that cannot be, each time in other words.
 */
const codesOfScript: ReadonlySet<number | null> = new Set([104, 107, 108]);
const ofScript: Cause = { reason: 'usage', next: 'Correct the script or the statement that is named.' };
const unknown: Cause = {
  reason: 'component',
  next: 'Run the script by hand (scenarios/load/environment.ts says how) to see more.',
};

function causeOf(code: number | null, words: string): Cause {
  const known = told.find((candidate) => candidate.words.test(words));
  if (known) return known;
  return codesOfScript.has(code) && !notOfScript.test(words) ? ofScript : unknown;
}

/** What a k6 that failed to run `script` said, without the password of `url`. */
export function failureOf(ended: Ended, url: string, script: string): Fault {
  const words = hidePassword(ended.last.filter((line) => line.trim() !== '').join('\n'), url);
  const absent = /moduleSpecifier "([^"]+)" couldn't be found|unknown modules \["([^"]+)"/.exec(words);
  if (absent) return notImported(absent[1] ?? absent[2]!, script);
  const how = ended.code === null ? `was ended by ${ended.signal}` : `ended with code ${ended.code}`;
  const { reason, next } = causeOf(ended.code, words);
  const refused = refusal(words);
  return new Fault(reason, refused ?? `k6 ${how}: ${words || 'it said nothing'}`, next);
}

function notImported(name: string, script: string): Fault {
  const at = importOf(name, script);
  return usage(
    `${at ? `${at.file}:${at.line}` : shownPath(script)} imports "${name}", which ${/^[./]|^file:/.test(name) ? 'is no file' : 'this k6 does not have'}.`,
    'A load script imports k6/*, k6/x/olympus and files by their path, with their suffix (./of-mine.ts). Correct the line.',
  );
}

/** Where a script, or a file that it imports, names a module. */
function importOf(
  name: string,
  file: string,
  seen = new Set<string>(),
): { file: string; line: number } | undefined {
  if (seen.has(file) || !existsSync(file)) return undefined;
  seen.add(file);
  const lines = readFileSync(file, 'utf8').split('\n');
  const named = lines.map((line) => /(?:\bfrom|\bimport|\brequire\()\s*(['"])(.+?)\1/.exec(line)?.[2]);
  const line = named.indexOf(name);
  if (line >= 0) return { file: shownPath(file), line: line + 1 };
  const others = named.filter((each) => each?.startsWith('.')).map((each) => join(dirname(file), each!));
  return others.reduce<ReturnType<typeof importOf>>(
    (found, each) => found ?? importOf(name, each, seen),
    undefined,
  );
}

/**
 * What a server that refused us said, once: the module names each attempt (with TLS, without) and the script's line,
 * and only the last answer is the reason.
 */
function refusal(words: string): string | undefined {
  const [, count, place] = /cannot open (\d+) connections to (\S+?):\s/.exec(words) ?? [];
  const said = [...words.matchAll(/(?:server|dial|tls|timeout) error: (.+?)(?: at \S+ \(file:.*)?$/gm)]
    .map(([, text]) => text!)
    .filter((text) => !/refused TLS/.test(text));
  if (count === undefined || said.length === 0) return undefined;
  return `${place} did not take the ${count} connections of this load: ${said.at(-1)}`;
}

function hidePassword(text: string, url: string): string {
  const password = URL.canParse(url) ? new URL(url).password : '';
  if (password === '') return text;
  return text.replaceAll(password, '***').replaceAll(decodeURIComponent(password), '***');
}
