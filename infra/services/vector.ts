import { QdrantClient } from '@qdrant/js-client-rest';
import { missing } from '../../config/fault.ts';
import { placeOf } from './place.ts';

export const openVector = (url: string): QdrantClient => {
  const { origin, secret } = placeOf(url);
  return new QdrantClient({
    url: origin,
    ...(secret && { headers: { 'api-key': secret } }), // as `apiKey` it warns on the console of plain HTTP
    checkCompatibility: false, // it would ask at once and write to the console; we label what answers
    timeout: 300_000,
  });
};

/** "Qdrant 1.19.0", or "qdrant-edge 0.9.0 (shim)". */
export async function vectorVersion(url: string): Promise<string> {
  const { origin, secret } = placeOf(url);
  const response = await fetch(origin, {
    headers: secret ? { 'api-key': secret } : {},
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok)
    throw missing(`${origin} answers ${response.status}.`, 'Is it Qdrant, and is the key right?');
  const { title, version } = (await response.json()) as { title: string; version: string };
  return title === 'qdrant-edge (shim)' ? `qdrant-edge ${version} (shim)` : `Qdrant ${version}`;
}
