/** Values encoded once and drawn often: the bytes of all of them in one buffer. */
export class Encoded {
  readonly bytes: Buffer;
  /** Of `bytes`, to be read by eights: there are seven more than values need, and none of the eights is a NaN. */
  readonly view: DataView;
  readonly offsets: Uint32Array;
  readonly size: number;

  constructor(values: readonly Uint8Array[]) {
    this.bytes = Buffer.concat([...values, new Uint8Array(7)]);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    this.size = values.length;
    this.offsets = new Uint32Array(this.size + 1);
    let end = 0;
    // NaNs have many bit patterns and may come back as another one. None is in UTF-8, nor in lengths below 2^28.
    for (let i = 1; i < this.bytes.length; i++)
      if ((this.bytes[i]! & 0x7f) === 0x7f && this.bytes[i - 1]! >= 0xf0)
        throw new RangeError('a pool has bytes that could be read as no number');
    for (const [index, value] of values.entries()) this.offsets[index + 1] = end += value.length;
  }

  static texts(values: readonly string[]): Encoded {
    return new Encoded(values.map((value) => Buffer.from(value)));
  }

  /** JSON documents as jsonb's binary form: version 1, then the text. */
  static jsonb(values: readonly unknown[]): Encoded {
    return new Encoded(values.map((value) => Buffer.from(`\x01${JSON.stringify(value)}`)));
  }

  /** Runs of whole fields that stand side by side in a row, each with its length: one copy instead of several. */
  static runs(values: readonly (readonly Uint8Array[])[]): Encoded {
    return new Encoded(
      values.map((fields) =>
        Buffer.concat(
          fields.flatMap((field) => {
            const length = Buffer.alloc(4);
            length.writeInt32BE(field.length);
            return [length, field];
          }),
        ),
      ),
    );
  }

  /** The bytes of one value. */
  value(index: number): Uint8Array {
    return this.bytes.subarray(this.offsets[index], this.offsets[index + 1]);
  }

  static textArrays(values: readonly (readonly string[])[]): Encoded {
    return new Encoded(values.map(textArray));
  }
}

const textOid = 25;

/** text[] in binary: dimensions, null flag, element type, then (size, lower bound) and the elements with their lengths. */
function textArray(values: readonly string[]): Buffer {
  const header = Buffer.alloc(values.length ? 20 : 12);
  header.writeInt32BE(values.length ? 1 : 0, 0);
  header.writeInt32BE(textOid, 8);
  if (values.length) {
    header.writeInt32BE(values.length, 12);
    header.writeInt32BE(1, 16);
  }
  const parts: Buffer[] = [header];
  for (const value of values) {
    const bytes = Buffer.from(value);
    const length = Buffer.alloc(4);
    length.writeInt32BE(bytes.length);
    parts.push(length, bytes);
  }
  return Buffer.concat(parts);
}
