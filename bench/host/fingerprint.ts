import { createHash } from 'node:crypto';
import type { Environment } from '../../result/result.ts';

/** What two runs must share for their figures to be compared. */
export interface FingerprintInput {
  readonly harness: string;
  readonly kernel: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly dataset: string;
  /** By endpoint: provider, version and settings, as "name = value". */
  readonly endpoints: Readonly<Record<string, readonly string[]>>;
}

/**
 * Pure: assembles what is hashed. Memory in GiB, because kernels report a few bytes more or less after each boot.
 * `dataset` is the digest of the data, null when there are none.
 */
export function fingerprintInput(
  { harness, host, endpoints }: Omit<Environment, 'fingerprint'>,
  dataset: string | null,
): FingerprintInput {
  return {
    harness: harness.version,
    kernel: host.kernel,
    cpu: host.cpu,
    cores: host.cores,
    memoryGiB: Math.round(host.memoryBytes / 2 ** 30),
    dataset: dataset ?? 'none',
    endpoints: Object.fromEntries(
      [...endpoints]
        .sort((a, b) => compare(a.name, b.name))
        .map(({ name, provider, version, settings }) => [
          name,
          [
            `provider = ${provider}`,
            `version = ${version}`,
            ...Object.entries(settings)
              .map(([setting, value]) => `${setting} = ${value}`)
              .sort(compare),
          ],
        ]),
    ),
  };
}

/** Pure: sha256 of the input, in hexadecimal digits. */
export const fingerprint = (input: FingerprintInput): string =>
  createHash('sha256').update(JSON.stringify(input)).digest('hex');

/** Pure: in words, what differs; empty when the fingerprints are equal. */
export function differences(a: FingerprintInput, b: FingerprintInput): string[] {
  const found: string[] = [];
  for (const key of ['harness', 'kernel', 'cpu', 'cores', 'memoryGiB', 'dataset'] as const)
    if (a[key] !== b[key]) found.push(`${key}: ${a[key]} against ${b[key]}`);
  for (const name of [...new Set([...Object.keys(a.endpoints), ...Object.keys(b.endpoints)])].sort(compare)) {
    const [left, right] = [a.endpoints[name] ?? [], b.endpoints[name] ?? []];
    for (const line of left) if (!right.includes(line)) found.push(`${name}: only the first has ${line}`);
    for (const line of right) if (!left.includes(line)) found.push(`${name}: only the second has ${line}`);
  }
  return found;
}

/** Byte order, the same on every machine whatever its locale. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
