import { createHash, randomBytes } from 'node:crypto';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { partBytes } from '../../infra/services/object-store.ts';
import { openObjects } from '../../infra/services/objects.ts';
import type { ObjectFigures, ObjectRace, ObjectTransfer } from '../../result/result.ts';
import type { Measure, Setting } from '../measure.ts';

/** From a small report to a data set in parts. */
const sizes = [64 * 1024, 4 * 1024 ** 2, 32 * 1024 ** 2];
const writers = 8;
const rounds = 10;

type Objects = ReturnType<typeof openObjects>;
type Figures<Row> = Omit<Row, 'name' | 'endpoint' | 'provider'>;

/**
 * Whether an object store may hold the runs and data sets of several machines: how fast files come and go, in parts,
 * with their checksum, and whether of several writers of one key exactly one is accepted.
 */
export const objects: Measure = {
  part: 'objects',
  needs: ['objects'],
  async run(setting) {
    const endpoint = setting.topology.get('objects');
    using store = openObjects(endpoint.url('app'));
    const place = { name: endpoint.version, endpoint: endpoint.name, provider: endpoint.provider };
    const rows: ObjectFigures[] = [];
    for (const bytes of sizes) rows.push({ ...place, ...(await transfer(store, bytes, setting)) });
    rows.push({ ...place, ...(await race(store, setting)) });
    return { objects: rows };
  },
};

async function transfer(
  { client, bucket }: Objects,
  bytes: number,
  { signal }: Setting,
): Promise<Figures<ObjectTransfer>> {
  signal.throwIfAborted();
  const body = randomBytes(bytes);
  const key = `olympus-bench/${randomBytes(6).toString('hex')}`;
  const at = { Bucket: bucket, Key: key };
  try {
    const started = performance.now();
    await new Upload({ client, params: { ...at, Body: body }, partSize: partBytes, queueSize: 4 }).done();
    const put = performance.now();
    const { Body } = await client.send(new GetObjectCommand(at));
    const back = await Body!.transformToByteArray();
    const verified = sha256(back) === sha256(body);
    const [putMs, getMs] = [put - started, performance.now() - put];
    return {
      kind: 'transfer',
      bytes,
      parts: Math.max(1, Math.ceil(bytes / partBytes)),
      putMs,
      getMs,
      putBytesPerSecond: (1000 * bytes) / putMs,
      getBytesPerSecond: (1000 * bytes) / getMs,
      verified,
    };
  } finally {
    await client.send(new DeleteObjectCommand(at));
  }
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Each writer puts its own bytes under the same key, on the condition that there is no object. */
async function race({ client, bucket }: Objects, { signal }: Setting): Promise<Figures<ObjectRace>> {
  let [acceptedMax, overwritten] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    signal.throwIfAborted();
    const at = { Bucket: bucket, Key: `olympus-bench/${randomBytes(6).toString('hex')}` };
    const bodies = Array.from({ length: writers }, (_, writer) => `writer ${writer}`);
    const outcomes = await Promise.allSettled(
      bodies.map((Body) => client.send(new PutObjectCommand({ ...at, Body, IfNoneMatch: '*' }))),
    );
    const accepted = bodies.filter((_, writer) => outcomes[writer]!.status === 'fulfilled');
    acceptedMax = Math.max(acceptedMax, accepted.length);
    const { Body } = await client.send(new GetObjectCommand(at));
    if (accepted.length !== 1 || (await Body!.transformToString()) !== accepted[0]) overwritten++;
    await client.send(new DeleteObjectCommand(at));
  }
  return { kind: 'race', writers, rounds, acceptedMax, overwritten };
}
