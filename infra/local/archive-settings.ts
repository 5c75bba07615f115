import { usage } from '../../config/fault.ts';
import { findProgram } from '../setup/program.ts';

/** WAL of a quiet primary is archived after this at the latest: what may be lost with the primary's disk. */
const archiveTimeout = '60s';

/** Exit code above 125 ends a recovery; one below it means "no such file", which recovery takes for the end of the WAL. */
const damaged = 126;

/**
 * Settings of a primary whose WAL is archived into a folder. A segment gets its name when it is whole and on the disk,
 * with its SHA-256 beside it, which is computed from the original. One that is there already is accepted when it is the
 * same, and never overwritten.
 */
export function archiveSettings(folder: string): Record<string, string> {
  const write = [
    `${checksum()} <"%p" >"$t.sum"`,
    'cp "%p" "$t"',
    'cmp -s "%p" "$t"',
    'sync "$t"',
    'mv "$t.sum" "$d/%f.sha256"',
    'mv "$t" "$d/%f"',
  ].join(' && ');
  const command = `d=${inCommand(folder)}; t="$d/.%f"; if test -e "$d/%f"; then cmp -s "%p" "$d/%f"; else ${write}; fi`;
  return {
    archive_mode: 'on',
    archive_timeout: archiveTimeout,
    archive_command: short(command, folder),
  };
}

/**
 * Settings of a server that recovers from such a folder: what is there must be what was archived. A damaged segment
 * ends the recovery; without this check it would end the WAL, and what came after it would be lost silently.
 */
export function restoreCommand(folder: string): string {
  const found = `"$(${checksum()} <"$d/%f" | cut -c1-64)"`;
  const wanted = '"$(cut -c1-64 "$d/%f.sha256")"';
  return short(
    `d=${inCommand(folder)}; test -e "$d/%f" || exit 1; test ${found} = ${wanted} || exit ${damaged}; cp "$d/%f" "%p"`,
    folder,
  );
}

/** Bytes; PostgreSQL 15 cuts a command at MAXPGPATH once %p and %f are filled in, and runs what is left. */
const longestCommand = 1023;
/** "pg_wal/" and the longest name, of a backup's history file. */
const filledIn = { '%p': 7 + 40, '%f': 40 } as const;

function short(command: string, folder: string): string {
  const length = Buffer.byteLength(
    command.replaceAll(/%[pf]/g, (name) => 'x'.repeat(filledIn[name as '%p'])),
  );
  if (length <= longestCommand) return command;
  throw usage(
    `${folder} is too long a name: with it the command that archives WAL has ${length} bytes, and PostgreSQL takes ${longestCommand}.`,
    'Name a folder with a shorter path: --dir /srv/backups',
  );
}

const checksum = (): string => (findProgram('sha256sum') ? 'sha256sum' : 'shasum -a 256');

/** A path for a shell within PostgreSQL's setting, which reads % itself. */
const inCommand = (folder: string): string => `'${folder.replaceAll('%', '%%').replaceAll("'", `'\\''`)}'`;
