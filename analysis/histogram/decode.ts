import { decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js';

export type { Histogram };

/**
 * Decodes a histogram of nanoseconds (V2 compressed, base64). The empty text is the empty histogram, null.
 * @throws Error when the text is no histogram.
 */
export function decodeHistogram(text: string): Histogram | null {
  return text === '' ? null : decodeFromCompressedBase64(text, 64);
}
