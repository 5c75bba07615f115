import type { RowWriter } from './copy/writer.ts';
import { Random, type Subject } from './random.ts';

/** A power of two; they take 48 KB. */
const knownSlots = 2048;

/** UUIDs that are a function of (seed, subject, number, time): version 7, so that they grow with time as in life. */
export class Identifiers {
  private readonly random: Random;
  private readonly words = new Int32Array(3);
  /** Identifiers that were written lately, by the low bits of their number, and of what they are. */
  private readonly known = new Int32Array(knownSlots * 4);
  private readonly knownNumber = new Float64Array(knownSlots).fill(-1);
  private knownSubject = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  write(writer: RowWriter, subject: Subject, number: number, time: number): void {
    const { words } = this;
    this.random.three(subject, number, words);
    writer.uuid(time, words[0]!, words[1]!, words[2]!);
  }

  /** As `write`, for a subject of which a few numbers come again and again, each always with the same time. */
  writeKnown(writer: RowWriter, subject: Subject, number: number, time: number): void {
    const { known } = this;
    const at = (number & (knownSlots - 1)) * 4;
    if (this.knownNumber[at >> 2] === number && this.knownSubject === subject) writer.field16(known, at);
    else {
      if (this.knownSubject !== subject) this.knownNumber.fill(-1);
      this.knownSubject = subject;
      this.write(writer, subject, number, time);
      writer.last16(known, at);
      this.knownNumber[at >> 2] = number;
    }
  }

  text(subject: Subject, number: number, time: number): string {
    const random = this.random.at(subject, number);
    const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
    const clock = hex(time, 12);
    const a = hex(0x7000 | (random.next() & 0xfff), 4);
    const b = hex((0x80000000 | (random.next() & 0x3fffffff)) >>> 0, 8);
    const c = hex(random.next(), 8);
    return `${clock.slice(0, 8)}-${clock.slice(8)}-${a}-${b.slice(0, 4)}-${b.slice(4)}${c}`;
  }
}
