/** Reads big-endian numbers one after the other. Every read past the end is a RangeError of DataView. */
export class Bytes {
  private readonly view: DataView;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.view.byteLength - this.at;
  }

  int32(): number {
    this.at += 4;
    return this.view.getInt32(this.at - 4);
  }

  int64(): bigint {
    this.at += 8;
    return this.view.getBigInt64(this.at - 8);
  }

  /** A signed integer of 2, 4 or 8 bytes. */
  word(bytes: number): number {
    if (bytes === 8) return Number(this.int64());
    this.at += bytes;
    return bytes === 2 ? this.view.getInt16(this.at - 2) : this.view.getInt32(this.at - 4);
  }

  /** ZigZag LEB128-64b9B: seven bits a byte. Counts of 2^49 and more, which nobody has, are refused. */
  zigZag(): number {
    let [value, scale] = [0, 1];
    for (let i = 0; i < 7; i++, scale *= 128) {
      const byte = this.view.getUint8(this.at++);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    throw new Error('a count is too large to be one');
  }
}
