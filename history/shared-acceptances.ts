import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { missing } from '../config/fault.ts';
import type { ObjectStore } from '../infra/services/object-store.ts';
import type { AcceptedChange } from '../result/history.ts';
import { acceptedName, parseAcceptance, readAcceptances } from './acceptances.ts';

const folder = 'accepted/';
/** One object each, named after its content: two machines that write at once overwrite nothing. */
const keyOf = (line: string) =>
  `${folder}${createHash('sha256').update(line).digest('hex').slice(0, 32)}.json`;

/**
 * Accepted changes of the folder `root` and of the store become the same: each gets what the other has, in the order in
 * which they were accepted. @returns how many came from the store @throws Fault (component) for a damaged one
 */
export async function shareAcceptances(store: ObjectStore, root: string): Promise<number> {
  const own = new Map((await readAcceptances(root)).map((one) => [keyOf(JSON.stringify(one)), one]));
  const stored = await store.list(folder);
  for (const [key, one] of own)
    if (!stored.includes(key)) await store.put(key, Buffer.from(JSON.stringify(one)), { once: true });
  const others: AcceptedChange[] = [];
  for (const key of stored) if (!own.has(key)) others.push(await fetchOne(store, key));
  if (others.length > 0) await write(root, [...own.values(), ...others]);
  return others.length;
}

async function fetchOne(store: ObjectStore, key: string): Promise<AcceptedChange> {
  const accepted = parseAcceptance((await store.get(key)).toString());
  if (accepted) return accepted;
  throw missing(
    `${store.url}/${key} is no accepted change.`,
    'Remove the object, and accept the change again.',
  );
}

async function write(root: string, all: readonly AcceptedChange[]): Promise<void> {
  await mkdir(root, { recursive: true });
  const lines = all.toSorted((a, b) => (a.at < b.at ? -1 : 1)).map((one) => `${JSON.stringify(one)}\n`);
  const partial = join(root, `.${acceptedName}`);
  await writeFile(partial, lines.join(''));
  await rename(partial, join(root, acceptedName));
}
