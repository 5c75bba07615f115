import { readFileSync } from 'node:fs';
import { usage } from '../../config/fault.ts';

/**
 * What a topology file names: `env:NAME`, `file:PATH`, or the URL itself where it holds no password.
 * @param what for messages: "url of primary"
 * @throws Fault (usage) when it is not there, or a password stands in the file. The value is never repeated.
 */
export function resolveSecret(text: string, what: string): string {
  const [, kind, name] = /^(env|file):(.+)$/.exec(text) ?? [];
  if (kind === 'env') {
    const value = process.env[name!];
    if (value) return value;
    throw usage(
      `${what} is to be in the environment variable ${name}, which is not set.`,
      `Set it: export ${name}=...`,
    );
  }
  if (kind === 'file') {
    try {
      return readFileSync(name!, 'utf8').trim();
    } catch (error) {
      throw usage(
        `${what} is to be in a file that cannot be read: ${(error as Error).message}`,
        'Write the URL into it, readable by you only.',
      );
    }
  }
  if (holdsPassword(text))
    throw usage(
      `${what} holds a password, and a topology file is no place for one.`,
      'Put the URL into an environment variable or a file of your own, and name that: env:NAME or file:PATH.',
    );
  return text;
}

/** In a URL before its host or among its parameters, or as a keyword. */
const holdsPassword = (text: string): boolean =>
  /^\w+:\/\/[^/?#]*:[^/?#]*@/.test(text) || /(^|[\s?&])password\s*=/i.test(text);
