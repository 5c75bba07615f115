import assert from 'node:assert/strict';
import { test } from 'node:test';
import { archiveSettings, restoreCommand } from './archive-settings.ts';

test('commands stay below what PostgreSQL 15 runs whole, and a folder that would make them longer is refused', () => {
  const filled = (command: string) =>
    command
      .replaceAll('%p', 'pg_wal/000000010000000000000006.00000028.backup')
      .replaceAll('%f', '000000010000000000000006.00000028.backup');
  const folder = `/srv/${'x'.repeat(150)}`;
  assert.ok(filled(archiveSettings(folder).archive_command!).length < 1024);
  assert.ok(filled(restoreCommand(folder)).length < 1024);
  assert.throws(() => archiveSettings(`/srv/${'x'.repeat(900)}`), {
    reason: 'usage',
    message: /too long a name/,
  });
});

test('the shell and PostgreSQL both read the folder: quotes and per cent signs stay what they are', () => {
  assert.match(archiveSettings("/a/it's 5%").archive_command!, /^d='\/a\/it'\\''s 5%%'; t="\$d\/\.%f"; /);
});
