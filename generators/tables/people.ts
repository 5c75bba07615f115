import type { RowWriter } from '../copy/writer.ts';
import type { Person, World } from '../world.ts';

const dot = 46;
const at = 64;

/** An address that no other `number` has, in any spelling of upper and lower case. */
export function writeEmail(writer: RowWriter, world: World, person: Person, number: number): void {
  const { pools } = world;
  writer.begin();
  writer.appendPooled(person.capital ? pools.firstNames : pools.firstSlugs, person.first);
  writer.byte(dot);
  writer.appendPooled(pools.lastSlugs, person.last);
  writer.byte(dot);
  writer.appendBase36(number);
  writer.byte(at);
  writer.appendPooled(pools.domains, person.domain);
  writer.end();
}

export function writeFullName(writer: RowWriter, world: World, person: Person): void {
  writer.begin();
  writer.appendPooled(world.pools.firstNames, person.first);
  writer.byte(32);
  writer.appendPooled(world.pools.lastNames, person.last);
  writer.end();
}

/** A phone number in the range that is set aside for fiction. */
export function writePhone(writer: RowWriter, drawn: number): void {
  writer.begin();
  writer.append('+1');
  writer.appendNumber(200 + (drawn % 799), 3);
  writer.append('55501');
  writer.appendNumber(drawn % 97, 2);
  writer.end();
}
