import { createHash } from 'node:crypto';

/** SHA-256 of a migration's text in hex. Line ends do not count: Git may change them on checkout. */
export const checksum = (text: string): string =>
  createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');

/** As much of a checksum as a person compares. */
export const short = (sum: string): string => sum.slice(0, 12);
