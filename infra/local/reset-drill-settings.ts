import type { EndpointName } from '../endpoints/endpoints.ts';
import { drillSettings } from '../topology/drill-settings.ts';
import { admin, type Place } from './roles.ts';

/** Takes back what a drill that was killed set by ALTER SYSTEM; a value of somebody else's stays. */
export async function resetDrillSettings(place: Place, part: EndpointName): Promise<void> {
  const own = drillSettings.filter((one) => one.part === part);
  if (own.length === 0) return;
  await using session = await admin(place, part);
  for (const { name, value } of own) {
    const { rows } = await session.query(
      `SELECT FROM pg_settings WHERE name = $1 AND setting = $2 AND sourcefile LIKE '%/postgresql.auto.conf'`,
      [name, value],
    );
    if (rows.length === 0) continue;
    await session.query(`ALTER SYSTEM RESET ${name}`);
    await session.query('SELECT pg_reload_conf()');
  }
}
