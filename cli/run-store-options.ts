import { Option } from 'commander';
import type { ObjectStore } from '../infra/services/object-store.ts';

export interface StoreOptions {
  store?: string;
  storeEndpoint?: string;
}

export const storeOptions = (what: string) => [
  new Option('--store <s3://bucket/prefix>', `${what}; keys from AWS_ACCESS_KEY_ID and so on`),
  new Option('--store-endpoint <url>', 'of a store that is not AWS; AWS_ENDPOINT_URL by default'),
];

/**
 * The store that the options name, asked once so that a wrong one shows before anything is measured.
 * @throws Fault (usage) for a name that is none, (component) when it cannot be used
 */
export async function openNamedStore(
  { store: url, storeEndpoint: endpoint }: StoreOptions,
  signal: AbortSignal,
): Promise<ObjectStore | undefined> {
  if (url === undefined) return undefined;
  const { openStore } = await import('../infra/services/object-store.ts');
  const store = openStore(url, { endpoint, signal });
  try {
    await store.list('runs/latest');
    return store;
  } catch (error) {
    store[Symbol.dispose]();
    throw error;
  }
}
