import {
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  HeadBucketCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { placeOf } from './place.ts';

/** A client for an S3 endpoint given as http://KEY:SECRET@host:port/bucket. */
export function openObjects(url: string): { client: S3Client; bucket: string } & Disposable {
  const { origin, user, secret, path } = placeOf(url);
  const client = new S3Client({
    endpoint: origin,
    region: process.env.AWS_REGION || 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: user, secretAccessKey: secret },
    maxAttempts: 2,
  });
  return { client, bucket: path.split('/')[0]!, [Symbol.dispose]: () => client.destroy() };
}

export async function makeBucket(url: string): Promise<void> {
  using objects = openObjects(url);
  await objects.client.send(new CreateBucketCommand({ Bucket: objects.bucket })).catch((error: Error) => {
    if (!(error instanceof BucketAlreadyOwnedByYou)) throw error;
  });
}

/** Who answers, by its own header: "S3 (VERSITYGW)". @throws when the bucket cannot be seen with these keys. */
export async function objectsVersion(url: string): Promise<string> {
  using objects = openObjects(url);
  await objects.client.send(new HeadBucketCommand({ Bucket: objects.bucket }));
  const answer = await fetch(placeOf(url).origin, { signal: AbortSignal.timeout(5000) });
  await answer.body?.cancel();
  const server = answer.headers.get('server');
  return server ? `S3 (${server})` : 'S3';
}
