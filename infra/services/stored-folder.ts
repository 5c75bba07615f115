import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, normalize, relative, sep } from 'node:path';
import { missing, usage } from '../../config/fault.ts';
import { hashFile, type ObjectStore } from './object-store.ts';

/** What a stored folder consists of. It is written last and once, so a folder that has one is whole, and stays. */
interface Contents {
  readonly format: 1;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}

const contentsKey = (name: string) => `${name}.json`;
/** By their content: what two folders share is there once, and no writer can replace what another has written. */
const blobKey = (sha256: string) => `blobs/${sha256.slice(0, 2)}/${sha256}`;

/**
 * Stores a folder's files under a name ("runs/2026..."), once.
 * @returns false when the same files are stored under that name already
 * @throws Fault (usage) when others are
 */
export async function putFolder(store: ObjectStore, name: string, folder: string): Promise<boolean> {
  const files = [];
  for (const path of await filesBelow(folder)) {
    const file = join(folder, path);
    const sha256 = await hashFile(file);
    if (!(await store.exists(blobKey(sha256)))) await store.putFile(blobKey(sha256), file);
    files.push({ path: path.split(sep).join('/'), bytes: (await stat(file)).size, sha256 });
  }
  const contents: Contents = { format: 1, files };
  const body = Buffer.from(JSON.stringify(contents));
  if (await store.put(contentsKey(name), body, { once: true })) return true;
  if (body.equals(await store.get(contentsKey(name)))) return false;
  throw usage(
    `${store.url} holds another ${name} already; it was not overwritten.`,
    'Keep both under different prefixes: --store s3://bucket/another',
  );
}

/**
 * Brings a stored folder to `into`, which must not exist; it appears there when it is whole and proven.
 * @throws Fault (component) when there is none, or an object is damaged
 */
export async function getFolder(store: ObjectStore, name: string, into: string): Promise<void> {
  const { files } = JSON.parse((await store.get(contentsKey(name))).toString()) as Contents;
  await mkdir(dirname(into), { recursive: true });
  const partial = await mkdtemp(join(dirname(into), `.fetched-${basename(into)}-`));
  try {
    for (const { path, sha256 } of files) {
      const target = join(partial, inside(path));
      await mkdir(dirname(target), { recursive: true });
      if ((await store.getFile(blobKey(sha256), target)) !== sha256)
        throw missing(`${store.url}: ${blobKey(sha256)} is another file.`, 'Who wrote to that store?');
    }
    await rename(partial, into);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

export const hasFolder = (store: ObjectStore, name: string): Promise<boolean> =>
  store.exists(contentsKey(name));

/** Names of the stored folders that begin with `kind` ("runs/"), in their order. */
export async function listFolders(store: ObjectStore, kind: string): Promise<string[]> {
  const keys = await store.list(kind);
  return keys.filter((key) => key.endsWith('.json')).map((key) => key.slice(0, -'.json'.length));
}

/** A path from a store is somebody else's text. */
function inside(path: string): string {
  const clean = normalize(path);
  if (path === '' || path.includes('\0') || isAbsolute(clean) || clean.split(sep).includes('..'))
    throw usage(
      `The store names a file "${path}", which is no path below its folder.`,
      'Who wrote to that store?',
    );
  return clean;
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}
