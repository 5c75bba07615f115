import { Bytes } from './bytes.ts';

/** Values of one bucket: all from `low` to `high` look alike at the histogram's precision. */
export interface Bucket {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** Inflates a zlib stream; passed in, as analysis owns no decompressor. Throws when the stream is damaged. */
export type Inflate = (bytes: Uint8Array) => Uint8Array;

const cookies = {
  compressed: { v0: 0x1c849309, v1: 0x1c849302, v2: 0x1c849304 },
  plain: { v0: 0x1c849308, v1: 0x1c849301, v2: 0x1c849303 },
  doubles: [0x0c72124e, 0x0c72124f],
} as const;

/** The low byte's high half is the size of a count, or a flag: no part of the format's mark. */
const mark = (cookie: number) => cookie & ~0xf0;

/**
 * The buckets that hold something, in ascending order, of a histogram as HdrHistogram encodes it: V0, V1 or V2,
 * compressed or not, in base64 (AbstractHistogram.java). hdr-histogram-js decodes V2 only.
 * @throws Error that says what is wrong with the text.
 */
export function decodeHistogram(base64: string, inflate: Inflate): Bucket[] {
  const bytes = fromBase64(base64);
  if (bytes.length < 8) throw new Error('the histogram is cut off');
  const cookie = mark(new Bytes(bytes).int32());
  if (cookies.doubles.some((known) => mark(known) === cookie))
    throw new Error('a histogram of floating-point values (DoubleHistogram) is not supported');
  const compressed = Object.values(cookies.compressed).some((known) => mark(known) === cookie);
  return decodePlain(compressed ? inflated(bytes, inflate) : bytes);
}

function fromBase64(text: string): Uint8Array {
  if (text === '' || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text))
    throw new Error('the histogram is not valid base64 (cut off?)');
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function inflated(bytes: Uint8Array, inflate: Inflate): Uint8Array {
  const length = new DataView(bytes.buffer).getInt32(4);
  if (length < 0 || length > bytes.length - 8) throw new Error('the compressed histogram is cut off');
  try {
    return inflate(bytes.subarray(8, 8 + length));
  } catch (cause) {
    throw new Error('the compressed histogram cannot be inflated', { cause });
  }
}

function decodePlain(data: Uint8Array): Bucket[] {
  if (data.length < 32) throw new Error("the histogram's header is cut off");
  const bytes = new Bytes(data);
  const cookie = bytes.int32();
  const { plain } = cookies;
  const v0 = mark(cookie) === mark(plain.v0);
  const v2 = mark(cookie) === mark(plain.v2);
  if (!v0 && !v2 && mark(cookie) !== mark(plain.v1))
    throw new Error(`no HdrHistogram encoding starts with 0x${(cookie >>> 0).toString(16)}`);
  const header = v0 ? headerOfV0(bytes) : headerOfV1(bytes);
  const wordSize = v2 ? 'zigzag' : ((cookie & 0xf0) >> 4) & 0xe;
  if (wordSize !== 'zigzag' && ![2, 4, 8].includes(wordSize))
    throw new Error(`counts of ${wordSize} bytes are not HdrHistogram's`);
  return counts(bytes, header, wordSize);
}

interface Header {
  readonly digits: number;
  readonly lowest: bigint;
  readonly payload: number;
}

function headerOfV0(bytes: Bytes): Header {
  const [digits, lowest] = [bytes.int32(), bytes.int64()];
  bytes.int64(); // the highest value
  bytes.int64(); // the total count: summed up again from the counts
  return { digits, lowest, payload: bytes.left };
}

function headerOfV1(bytes: Bytes): Header {
  if (bytes.left < 36) throw new Error("the histogram's header is cut off");
  const payload = bytes.int32();
  bytes.int32(); // the offset of a rotated array: its counts are written unrotated
  const [digits, lowest] = [bytes.int32(), bytes.int64()];
  bytes.int64(); // the highest value
  bytes.int64(); // the ratio to floating-point values, of no use for integers
  if (payload < 0 || payload > bytes.left) throw new Error('the counts are cut off');
  return { digits, lowest, payload };
}

function counts(bytes: Bytes, header: Header, wordSize: number | 'zigzag'): Bucket[] {
  const shape = shapeOf(header);
  const end = bytes.left - header.payload;
  const buckets: Bucket[] = [];
  let index = 0;
  while (bytes.left > end && (wordSize === 'zigzag' || bytes.left - end >= wordSize)) {
    const count = wordSize === 'zigzag' ? bytes.zigZag() : bytes.word(wordSize);
    if (count < 0 && wordSize !== 'zigzag') throw new Error('a count is below 0');
    if (count > 0 && index >= shape.length)
      throw new Error('there are more counts than the histogram has buckets');
    if (count > 0) buckets.push({ ...shape.bucket(index), count });
    index += count < 0 ? -count : 1;
  }
  return buckets;
}

/**
 * Which values a bucket stands for: 2^k sub-buckets of equal width, which doubles from one group to the next, up to
 * 2^63. The highest value of the header is no bound: hdr-histogram-js writes another one when it has grown.
 */
function shapeOf({ digits, lowest }: Header) {
  if (digits < 0 || digits > 5 || lowest < 1n)
    throw new Error("the histogram's precision or lowest value is not valid");
  const unit = Math.floor(Math.log2(Number(lowest)));
  const half = 2 ** (Math.max(1, Math.ceil(Math.log2(2 * 10 ** digits))) - 1);
  let groups = 1;
  for (let limit = half * 2 * 2 ** unit; limit < 2 ** 63; limit *= 2) groups++;
  return {
    length: (groups + 1) * half,
    bucket(index: number): { low: number; high: number } {
      const group = Math.max(0, Math.floor(index / half) - 1);
      const width = 2 ** (group + unit);
      const low = (index - group * half) * width;
      return { low, high: low + width - 1 };
    },
  };
}
