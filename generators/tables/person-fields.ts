import { Encoded } from '../copy/encoded.ts';
import type { RowWriter } from '../copy/writer.ts';
import { modulo } from '../random.ts';
import type { Person, World } from '../world.ts';

/** An address that no other `number` has, in any spelling of upper and lower case. */
export function writeEmail(writer: RowWriter, world: World, person: Person, number: number): void {
  const { pools } = world;
  const { email } = pools;
  writer.begin();
  writer.appendPooled(email.first, person.first + (person.capital ? pools.firstNames.size : 0));
  writer.appendPooled(email.last, person.last);
  writer.appendBase36(number);
  writer.appendPooled(email.domain, person.domain);
  writer.end();
}

export function writeFullName(writer: RowWriter, world: World, person: Person): void {
  writer.begin();
  writer.appendPooled(world.pools.firstNames, person.first);
  writer.byte(32);
  writer.appendPooled(world.pools.lastNames, person.last);
  writer.end();
}

const areas = Encoded.texts(Array.from({ length: 799 }, (_, n) => `+1${200 + n}55501`));
const lines = Encoded.texts(Array.from({ length: 97 }, (_, n) => `${n}`.padStart(2, '0')));

/** A phone number in the range that is set aside for fiction. */
export function writePhone(writer: RowWriter, drawn: number): void {
  writer.begin();
  writer.appendPooled(areas, modulo(drawn, areas.size));
  writer.appendPooled(lines, modulo(drawn, lines.size));
  writer.end();
}
