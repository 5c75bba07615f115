import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { missing, usage } from '../../config/fault.ts';

/** S3's least; a larger file goes in parts of this size, four at a time. */
export const partBytes = 5 * 1024 ** 2;

export interface StoreOptions {
  /** Of a store that is not AWS: http://127.0.0.1:7070. $AWS_ENDPOINT_URL when absent. */
  readonly endpoint?: string | undefined;
  readonly signal?: AbortSignal;
}

/** Objects below one prefix of a bucket, each with its SHA-256. Disposing it closes its connections. */
export interface ObjectStore extends Disposable {
  /** "s3://bucket/prefix" */
  readonly url: string;
  /** Writes an object; with `once` only if there is none, and false says that there was one. */
  put(key: string, body: Uint8Array, options?: { once?: boolean }): Promise<boolean>;
  /** Writes a file, in parts if it is large, only if there is no such object; false says that there was one. */
  putFile(key: string, path: string): Promise<boolean>;
  /** @throws Fault (component) when there is none, or its bytes are not those that were written. */
  get(key: string): Promise<Buffer>;
  /** The object as a new file at `path`; resolves to its SHA-256 in hex. @throws as `get`. */
  getFile(key: string, path: string): Promise<string>;
  exists(key: string): Promise<boolean>;
  /** Keys that begin with this, in their order. */
  list(begin: string): Promise<string[]>;
}

/**
 * The store that "s3://bucket/prefix" names. Keys come from the environment or the profile, as with every program of
 * AWS (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_PROFILE).
 * @throws Fault (usage) for a name that is none.
 */
export function openStore(url: string, options: StoreOptions = {}): ObjectStore {
  const [, bucket, path = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(url) ?? [];
  if (!bucket) throw usage(`"${url}" names no store.`, 'For example: --store s3://bucket/olympus');
  const endpoint = options.endpoint || process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL;
  const client = new S3Client({
    region: process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || 'us-east-1',
    ...(endpoint && { endpoint, forcePathStyle: true }),
  });
  return new S3Store(client, bucket, path.replace(/\/+$/, ''), options.signal);
}

class S3Store implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #abort: { abortSignal?: AbortSignal };

  constructor(client: S3Client, bucket: string, prefix: string, signal?: AbortSignal) {
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix && `${prefix}/`;
    this.#abort = signal ? { abortSignal: signal } : {};
  }

  get url(): string {
    return `s3://${this.#bucket}/${this.#prefix}`.replace(/\/$/, '');
  }

  #at(key: string) {
    return { Bucket: this.#bucket, Key: `${this.#prefix}${key}` };
  }

  async put(key: string, body: Uint8Array, { once = false } = {}): Promise<boolean> {
    const sha256 = createHash('sha256').update(body).digest();
    const command = new PutObjectCommand({
      ...this.#at(key),
      Body: body,
      ChecksumSHA256: sha256.toString('base64'),
      Metadata: { sha256: sha256.toString('hex') },
      ...(once && { IfNoneMatch: '*' }),
    });
    return this.#written(key, () => this.#client.send(command, this.#abort));
  }

  async putFile(key: string, path: string): Promise<boolean> {
    const sha256 = await hashFile(path);
    const { size } = await stat(path);
    const upload = new Upload({
      client: this.#client,
      params: {
        ...this.#at(key),
        Body: createReadStream(path),
        Metadata: { sha256 },
        IfNoneMatch: '*',
        ...(size <= partBytes && { ContentLength: size }),
      },
      partSize: partBytes,
      queueSize: 4,
    });
    const stop = () => void upload.abort();
    this.#abort.abortSignal?.addEventListener('abort', stop, { once: true });
    try {
      return await this.#written(key, () => upload.done());
    } finally {
      this.#abort.abortSignal?.removeEventListener('abort', stop);
    }
  }

  /** A refused condition is an answer; two writers at the same moment may be told so as a conflict (409). */
  async #written(key: string, write: () => Promise<unknown>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (error) {
      const { name, $metadata } = error as S3ServiceException;
      if (name === 'PreconditionFailed' || $metadata?.httpStatusCode === 412) return false;
      if (name === 'ConditionalRequestConflict') return !(await this.exists(key)) && this.#retry(key, write);
      throw this.#fault(key, error);
    }
  }

  async #retry(key: string, write: () => Promise<unknown>): Promise<boolean> {
    await write().catch((error) => {
      throw this.#fault(key, error);
    });
    return true;
  }

  async get(key: string): Promise<Buffer> {
    const chunks: Buffer[] = [];
    await this.#read(key, async (body) => {
      for await (const chunk of body) chunks.push(chunk as Buffer);
    });
    return Buffer.concat(chunks);
  }

  async getFile(key: string, path: string): Promise<string> {
    return this.#read(key, (body) => pipeline(body, createWriteStream(path, { flags: 'wx' })));
  }

  async #read(key: string, consume: (body: Readable) => Promise<void>): Promise<string> {
    const hash = createHash('sha256');
    const passing = new Transform({
      transform(chunk, _, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    let wanted: string | undefined;
    try {
      const answer = await this.#client.send(new GetObjectCommand(this.#at(key)), this.#abort);
      wanted = answer.Metadata?.sha256;
      await Promise.all([pipeline(answer.Body as Readable, passing), consume(passing)]);
    } catch (error) {
      throw this.#fault(key, error);
    }
    const found = hash.digest('hex');
    if (found !== wanted)
      throw missing(
        `${this.url}/${key} is damaged: its SHA-256 is ${found}, ${wanted ? `not ${wanted}` : 'and none was stored with it'}.`,
        'Remove the object, and store it again from where it came.',
      );
    return found;
  }

  async exists(key: string): Promise<boolean> {
    try {
      await this.#client.send(new HeadObjectCommand(this.#at(key)), this.#abort);
      return true;
    } catch (error) {
      if ((error as S3ServiceException).$metadata?.httpStatusCode === 404) return false;
      throw this.#fault(key, error);
    }
  }

  async list(begin: string): Promise<string[]> {
    const keys: string[] = [];
    let after: string | undefined;
    try {
      do {
        const answer = await this.#client.send(
          new ListObjectsV2Command({
            Bucket: this.#bucket,
            Prefix: `${this.#prefix}${begin}`,
            ...(after && { ContinuationToken: after }),
          }),
          this.#abort,
        );
        for (const { Key } of answer.Contents ?? []) keys.push(Key!.slice(this.#prefix.length));
        after = answer.NextContinuationToken;
      } while (after);
    } catch (error) {
      throw this.#fault(begin, error);
    }
    return keys.sort();
  }

  #fault(key: string, error: unknown) {
    this.#abort.abortSignal?.throwIfAborted();
    const { name, message } = error as Error;
    if (name === 'NoSuchKey' || name === 'NotFound')
      return missing(`${this.url} has no ${key}.`, 'Was it stored under another prefix?', error);
    const why = error instanceof S3ServiceException ? `${name}: ${message}` : message;
    return missing(
      `${this.url} cannot be used (${key}): ${why}`,
      'Set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION; --store-endpoint for a store that is not AWS.',
      error,
    );
  }

  [Symbol.dispose](): void {
    this.#client.destroy();
  }
}

export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
