import { day, windowEnd } from '../calendar.ts';
import { Encoded } from '../copy/encoded.ts';
import type { RowWriter } from '../copy/writer.ts';
import { modulo, Permutation, subjects } from '../random.ts';
import { writeEmail, writeFullName, writePhone } from './person-fields.ts';
import { Rows } from './rows.ts';
import { table } from './table.ts';

export const users = table('core.users', {
  id: 'uuid',
  auth_id: 'uuid',
  email: 'text',
  email_verified_at: 'timestamptz',
  phone: 'text',
  full_name: 'text',
  display_name: 'text',
  bio: 'text',
  preferences: 'jsonb',
  metadata: 'jsonb',
  status: 'text',
  last_login_at: 'timestamptz',
  created_at: 'timestamptz',
  updated_at: 'timestamptz',
  deleted_at: 'timestamptz',
  version: 'int4',
});

const statuses = Encoded.texts(['active', 'inactive', 'archived', 'deleted']);
const metadata = Encoded.jsonb([
  { source: 'web' },
  { source: 'web', campaign: 'spring' },
  { source: 'mobile' },
  { source: 'import' },
]);

export class UserRows extends Rows {
  /** Users of one tenant do not sign up one after another: they lie scattered over the table, as in life. */
  private readonly order = new Permutation(this.world.users, 11);

  write(writer: RowWriter, place: number): void {
    const { world } = this;
    const { pools } = world;
    const user = this.order.at(place);
    const staff = user < world.staff.rows;
    const created = world.userCreated(user);
    const person = world.person(subjects.user, user);
    const random = this.random.at(subjects.userText, user);
    const drawn = random.next() >>> 0;
    const deleted = !staff && random.chance(0.02);
    const seen = Math.floor(created + random.unit() * (windowEnd - created));
    writer.row(users.width);
    this.ids.write(writer, subjects.userId, user, created);
    this.ids.write(writer, subjects.authId, user, created);
    writeEmail(writer, world, person, user);
    writer.timeOrNull(staff || drawn % 10 ? created + (drawn % 1000) * 1000 : 0);
    if (drawn % 3) writePhone(writer, drawn);
    else writer.null();
    writeFullName(writer, world, person);
    writer.pooled(pools.firstNames, person.first);
    if (drawn % 8) writer.null();
    else writer.pooled(pools.sentences, modulo(drawn, pools.sentences.size));
    writer.pooled(pools.preferences, modulo(drawn, pools.preferences.size));
    writer.pooled(metadata, modulo(drawn, metadata.size));
    writer.pooled(statuses, deleted ? 3 : staff || drawn % 25 ? 0 : 1 + (drawn % 2));
    writer.timeOrNull(drawn % 20 ? seen : 0);
    writer.time(created);
    writer.time(seen);
    writer.timeOrNull(deleted ? Math.min(windowEnd - 1, seen + day) : 0);
    writer.int4(1 + (drawn % 4));
  }
}
