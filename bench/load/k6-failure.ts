import { Fault } from '../../config/fault.ts';
import type { Ended } from '../../infra/process/run-child.ts';

/** Words of k6 and our module that say whose turn it is. */
const causes: readonly {
  readonly words: RegExp;
  readonly reason: 'usage' | 'component';
  readonly next: string;
}[] = [
  {
    words: /moduleSpecifier|unknown module|Cannot find module|couldn't be found on local disk/i,
    reason: 'usage',
    next: 'A load script imports k6/*, k6/x/olympus and files beside it only, with their .ts suffix.',
  },
  {
    words:
      /is not in the load plan|unknown option|sessions arrive|identity must be|no tenant of the load plan|recorded arrival|must be a|is not one of|has no parameters|SyntaxError|TypeError|ReferenceError/,
    reason: 'usage',
    next: 'Correct the script or the statement that is named.',
  },
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

/** What a k6 that failed said, without the password of `url`. */
export function failureOf(ended: Ended, url: string): Fault {
  const words = hidePassword(ended.last.filter((line) => line.trim() !== '').join('\n'), url);
  const how = ended.code === null ? `was ended by ${ended.signal}` : `ended with code ${ended.code}`;
  const cause = causes.find((candidate) => candidate.words.test(words));
  const refused = refusal(words);
  return new Fault(
    cause?.reason ?? 'component',
    refused ?? `k6 ${how}: ${words || 'it said nothing'}`,
    cause?.next ?? 'Run the script by hand (scenarios/load/environment.ts says how) to see more.',
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
