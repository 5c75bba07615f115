import type { Encoded } from './encoded.ts';

const chunkBytes = 128 * 1024;
/** Room for the row that crosses the end of a chunk; the widest row of the shop is below 10 KB. */
const slack = 32 * 1024;
const postgresEpoch = Date.UTC(2000, 0, 1);
const signature = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');

const base36 = Buffer.from('0123456789abcdefghijklmnopqrstuvwxyz');

/** Buffers that were given back: a few are enough for all streams, and stay in the processor's cache. */
const spare: Buffer[] = [];
const maxSpare = 16;

/** Gives back a chunk that nobody reads any more: its memory is written again. */
export function recycle(chunk: Buffer): void {
  if (chunk.byteOffset === 0 && chunk.buffer.byteLength === chunkBytes + slack && spare.length < maxSpare)
    spare.push(Buffer.from(chunk.buffer, 0));
}

const fresh = (): Buffer => spare.pop() ?? Buffer.allocUnsafeSlow(chunkBytes + slack);

/**
 * Writes rows in the binary COPY format (PostgreSQL manual, "COPY", Binary Format) into chunks.
 * A chunk is a buffer of its own, until it is recycled: the socket may hold it long after it was handed over.
 */
export class RowWriter {
  /** Full chunks, for whoever wrote the rows to hand over. */
  readonly ready: Buffer[] = [];
  private size = chunkBytes + slack;
  private bytes: Buffer;
  private view: DataView;
  private position = 0;
  private mark = 0;

  /** @param widest bytes of the widest row, where it is known to be wider than the rows of the shop */
  constructor(widest = 0) {
    if (widest > slack) this.size = chunkBytes + widest;
    this.bytes = this.fresh();
    this.view = new DataView(this.bytes.buffer);
    this.position = signature.copy(this.bytes, 0);
  }

  private fresh(): Buffer {
    return this.size === chunkBytes + slack ? fresh() : Buffer.allocUnsafeSlow(this.size);
  }

  /** Begins a row of this many fields. */
  row(fields: number): void {
    if (this.position >= chunkBytes) this.ready.push(this.take());
    this.view.setInt16(this.position, fields);
    this.position += 2;
  }

  /** The trailer and whatever is left. */
  finish(): Buffer {
    this.view.setInt16(this.position, -1);
    this.position += 2;
    return this.take();
  }

  /** What was written; the writer goes on in a fresh buffer. */
  private take(): Buffer {
    if (this.position > this.bytes.length) throw new RangeError('a row is wider than a chunk has room for');
    const chunk = this.bytes.subarray(0, this.position);
    this.bytes = this.fresh();
    this.view = new DataView(this.bytes.buffer);
    this.position = 0;
    return chunk;
  }

  null(): void {
    this.view.setInt32(this.position, -1);
    this.position += 4;
  }

  int2(value: number): void {
    const { view, position } = this;
    view.setInt32(position, 2);
    view.setInt16(position + 4, value);
    this.position = position + 6;
  }

  float4(value: number): void {
    const { view, position } = this;
    view.setInt32(position, 4);
    view.setFloat32(position + 4, value);
    this.position = position + 8;
  }

  float8(value: number): void {
    const { view, position } = this;
    view.setInt32(position, 8);
    view.setFloat64(position + 4, value);
    this.position = position + 12;
  }

  int4(value: number): void {
    const { view, position } = this;
    view.setInt32(position, 4);
    view.setInt32(position + 4, value);
    this.position = position + 8;
  }

  int8(value: number): void {
    const { view, position } = this;
    view.setInt32(position, 8);
    view.setInt32(position + 4, Math.floor(value / 4294967296));
    view.setInt32(position + 8, value);
    this.position = position + 12;
  }

  bool(value: boolean): void {
    this.view.setInt32(this.position, 1);
    this.bytes[this.position + 4] = value ? 1 : 0;
    this.position += 5;
  }

  /** `milliseconds` since 1970, whole. */
  time(milliseconds: number): void {
    this.int8((milliseconds - postgresEpoch) * 1000);
  }

  timeOrNull(milliseconds: number): void {
    if (milliseconds > 0) this.time(milliseconds);
    else this.null();
  }

  /** A version 7 UUID: a time in milliseconds and 74 of these 96 bits. */
  uuid(milliseconds: number, a: number, b: number, c: number): void {
    const { view, position } = this;
    view.setInt32(position, 16);
    view.setInt32(position + 4, milliseconds / 65536);
    view.setInt32(position + 8, (milliseconds << 16) | 0x7000 | (a & 0xfff));
    view.setInt32(position + 12, 0x80000000 | (b & 0x3fffffff));
    view.setInt32(position + 16, c);
    this.position = position + 20;
  }

  /** A field of 16 bytes that was written before, as whoever wrote it kept it in four of these words. */
  field16(words: Int32Array, at = 0): void {
    const { view, position } = this;
    view.setInt32(position, 16);
    view.setInt32(position + 4, words[at]!);
    view.setInt32(position + 8, words[at + 1]!);
    view.setInt32(position + 12, words[at + 2]!);
    view.setInt32(position + 16, words[at + 3]!);
    this.position = position + 20;
  }

  /** Keeps the 16 bytes that were written last in four of these words. */
  last16(words: Int32Array, at = 0): void {
    const { view, position } = this;
    for (let n = 0; n < 4; n++) words[at + n] = view.getInt32(position - 16 + 4 * n);
  }

  text(value: string): void {
    this.begin();
    this.append(value);
    this.end();
  }

  /** The field is value `index` of a pool. */
  pooled(pool: Encoded, index: number): void {
    const from = pool.offsets[index]!;
    const to = pool.offsets[index + 1]!;
    this.view.setInt32(this.position, to - from);
    this.position += 4;
    this.pool(pool.view, from, to);
  }

  /** Several fields at once: entry `index` of a pool of runs. */
  run(pool: Encoded, index: number): void {
    this.pool(pool.view, pool.offsets[index]!, pool.offsets[index + 1]!);
  }

  jsonb(value: unknown): void {
    this.begin();
    this.byte(1);
    this.append(JSON.stringify(value));
    this.end();
  }

  /** A whole number or a decimal with this many digits after the point, as numeric. */
  numeric(value: number, scale = 0): void {
    this.field(numeric(value, scale));
  }

  /** A field whose bytes are known. */
  field(bytes: Uint8Array): void {
    this.begin();
    this.bytes.set(bytes, this.position);
    this.position += bytes.length;
    this.end();
  }

  // A field composed of several parts: begin, then any of the following, then end.

  begin(): void {
    this.mark = this.position;
    this.position += 4;
  }

  end(): void {
    this.view.setInt32(this.mark, this.position - this.mark - 4);
  }

  /** Begins a jsonb field. */
  beginJson(): void {
    this.begin();
    this.byte(1);
  }

  byte(value: number): void {
    this.bytes[this.position++] = value;
  }

  append(value: string): void {
    if (value.length > 24) this.position += this.bytes.write(value, this.position);
    else {
      for (let i = 0; i < value.length; i++) {
        const code = value.charCodeAt(i);
        if (code > 127) {
          this.position += this.bytes.write(value.slice(i), this.position);
          return;
        }
        this.bytes[this.position++] = code;
      }
    }
  }

  appendPooled(pool: Encoded, index: number): void {
    this.run(pool, index);
  }

  /** Digits of a whole number >= 0, at least `width` of them. */
  appendNumber(value: number, width = 1): void {
    if (value >= 1e9) {
      // What does not fit a signed integer is written in two: integers are divided without floats.
      const high = Math.floor(value / 1e9);
      this.appendNumber(high, width - 9);
      this.appendNumber(value - high * 1e9, 9);
      return;
    }
    let rest = value | 0;
    let digits = 1;
    for (let limit = 10; limit <= rest; limit *= 10) digits++;
    if (digits < width) digits = width;
    const { bytes, position } = this;
    for (let at = position + digits - 1; at >= position; at--) {
      const tenth = (rest / 10) | 0;
      bytes[at] = 48 + rest - tenth * 10;
      rest = tenth;
    }
    this.position = position + digits;
  }

  /** A whole number >= 0 in base 36, lower case. */
  appendBase36(value: number): void {
    if (value >= 2 ** 31) {
      this.appendBase36(Math.floor(value / 36));
      this.byte(base36[value % 36]!);
      return;
    }
    let rest = value | 0;
    let digits = 1;
    for (let limit = 36; limit <= rest; limit *= 36) digits++;
    const { bytes, position } = this;
    for (let at = position + digits - 1; at >= position; at--) {
      const part = (rest / 36) | 0;
      bytes[at] = base36[rest - part * 36]!;
      rest = part;
    }
    this.position = position + digits;
  }

  /**
   * Eight bytes at a time, several times as quick as copy() for what is short. Writes up to seven bytes beyond the end,
   * over which the next field goes.
   */
  private pool(from: DataView, start: number, end: number): void {
    const { view, position } = this;
    const length = end - start;
    for (let i = 0; i < length; i += 8) view.setFloat64(position + i, from.getFloat64(start + i, true), true);
    this.position = position + length;
  }
}

/** numeric in binary: count of base-10000 digits, weight of the first, sign, scale, digits. */
export function numeric(value: number, scale: number): Buffer {
  const [whole = '0', fraction = ''] = Math.abs(value).toFixed(scale).split('.');
  const left = whole.padStart(Math.ceil(whole.length / 4) * 4, '0');
  const all = (left + fraction.padEnd(Math.ceil(fraction.length / 4) * 4, '0')).match(/.{4}/g) ?? [];
  const digits = all.map(Number);
  let weight = left.length / 4 - 1;
  while (digits.length && digits[0] === 0) {
    digits.shift();
    weight--;
  }
  while (digits.at(-1) === 0) digits.pop();
  const bytes = Buffer.alloc(8 + 2 * digits.length);
  bytes.writeInt16BE(digits.length, 0);
  bytes.writeInt16BE(digits.length ? weight : 0, 2);
  bytes.writeUInt16BE(value < 0 && digits.length ? 0x4000 : 0, 4);
  bytes.writeInt16BE(scale, 6);
  for (const [index, digit] of digits.entries()) bytes.writeInt16BE(digit, 8 + 2 * index);
  return bytes;
}
