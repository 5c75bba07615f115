import { Option } from 'commander';
import { usage } from '../config/fault.ts';

export const databaseOption = () =>
  new Option('--database <url>', 'a database of your own, as its superuser, in place of a topology').env(
    'OLYMPUS_DATABASE_URL',
  );

/** @throws Fault (usage) when it is no URL of a database; the text is not repeated: it may hold a password. */
export function databaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^postgres(ql)?:$/.test(url.protocol) && url.hostname && url.pathname.length > 1) return text;
  throw usage(
    'The database is not named by a URL with a host and a database.',
    'For example: OLYMPUS_DATABASE_URL=postgres://admin:secret@db.example.com:5432/olympus',
  );
}
