import { Option } from 'commander';
import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import { logins } from '../../infra/topology/endpoint.ts';
import type { BackupOptions } from '../backup/options.ts';
import { command } from '../command.ts';
import { sharingOptions } from '../topology-options.ts';

const verbs = ['create', 'list', 'verify', 'restore', 'point', 'prune', 'off', 'url', 'down'] as const;
type Verb = (typeof verbs)[number];

export const backup = command<BackupOptions>(
  'backup [verb] [name]',
  'base backups and archived WAL: create, list, verify [BACKUP], restore --to X, point NAME, prune, off; of what was restored: url, down',
  {
    options: [
      new Option('--dir <folder>', 'where backups and WAL lie; backups in the cache folder when absent'),
      new Option(
        '--to <where>',
        'restore: latest, a backup, a restore point, an LSN, or a time with its zone (2026-01-31T12:00:00Z)',
      ).default('latest'),
      new Option('--port <n>', 'restore: port of the restored server; a free one when absent'),
      new Option(
        '--no-archive',
        'create: leave the WAL unarchived (else the primary is restarted once, with archive_mode on)',
      ),
      new Option(
        '--no-digest',
        'create: do not hash every row before and after; what is restored is then not compared',
      ),
      new Option('--dry-run', 'prune: say what would be removed, remove nothing'),
      new Option('--as <login>', 'url: who connects').choices([...logins]).default('app'),
      ...sharingOptions(),
    ],
    example:
      './olympus up && ./olympus seed --scale tiny && ./olympus backup create && ./olympus backup verify',
    load: async () => {
      const work: Record<Verb, () => Promise<typeof import('../backup/create.ts').createVerb>> = {
        create: async () => (await import('../backup/create.ts')).createVerb,
        list: async () => (await import('../backup/list.ts')).listVerb,
        verify: async () => (await import('../backup/verify.ts')).verifyVerb,
        restore: async () => (await import('../backup/restore.ts')).restoreVerb,
        point: async () => (await import('../backup/create.ts')).pointVerb,
        prune: async () => (await import('../backup/prune.ts')).pruneVerb,
        off: async () => (await import('../backup/create.ts')).offVerb,
        url: async () => (await import('../backup/restore.ts')).urlVerb,
        down: async () => (await import('../backup/restore.ts')).downVerb,
      };
      return async (context, options, verb = 'list', name?: string) => {
        if (!isVerb(verb)) throw usage(`backup cannot "${verb}".`, suggest(verb, verbs));
        return (await work[verb]())(context, options, name);
      };
    },
  },
);

const isVerb = (text: string): text is Verb => (verbs as readonly string[]).includes(text);
