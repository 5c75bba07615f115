/** A position in the WAL, in bytes from its beginning. */
export type Lsn = bigint;

/** "16/B374D848". */
export function parseLsn(text: string): Lsn | undefined {
  const [, high, low] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text) ?? [];
  return high === undefined ? undefined : (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

export const formatLsn = (lsn: Lsn): string =>
  `${(lsn >> 32n).toString(16)}/${(lsn & 0xffffffffn).toString(16)}`.toUpperCase();

export const isWalFile = (name: string): boolean => /^[0-9A-F]{24}$/.test(name);

const hex8 = (value: bigint): string => value.toString(16).toUpperCase().padStart(8, '0');

/** The file of a timeline that holds a position: pg_walfile_name, but for the boundary, which belongs to the next. */
export function walFile(timeline: number, lsn: Lsn, segmentBytes: number): string {
  return nameOf(timeline, lsn / BigInt(segmentBytes), segmentBytes);
}

function nameOf(timeline: number, segment: bigint, segmentBytes: number): string {
  const perId = 0x100000000n / BigInt(segmentBytes);
  return hex8(BigInt(timeline)) + hex8(segment / perId) + hex8(segment % perId);
}

/** Where a file begins. */
export function startOf(file: string, segmentBytes: number): Lsn {
  const perId = 0x100000000n / BigInt(segmentBytes);
  const segment = BigInt(`0x${file.slice(8, 16)}`) * perId + BigInt(`0x${file.slice(16)}`);
  return segment * BigInt(segmentBytes);
}

export const timelineOf = (file: string): number => Number.parseInt(file.slice(0, 8), 16);

export const nextWalFile = (file: string, segmentBytes: number): string =>
  walFile(timelineOf(file), startOf(file, segmentBytes) + BigInt(segmentBytes), segmentBytes);

/** The files from one to another, both included. */
export function walFiles(first: string, last: string, segmentBytes: number): string[] {
  const files: string[] = [];
  for (let file = first; file <= last; file = nextWalFile(file, segmentBytes)) files.push(file);
  return files;
}
