import type { RowWriter } from './copy/writer.ts';
import { Random, type Subject } from './random.ts';

/** UUIDs that are a function of (seed, subject, number, time): version 7, so that they grow with time as in life. */
export class Identifiers {
  private readonly random: Random;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  write(writer: RowWriter, subject: Subject, number: number, time: number): void {
    const random = this.random.at(subject, number);
    const a = random.next();
    const b = random.next();
    writer.uuid(time, a, b, random.next());
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
