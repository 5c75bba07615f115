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
  const [target, partial] = [inCommand(folder, '%f'), inCommand(folder, '.%f.partial')];
  const write = [
    `${checksum()} < "%p" > ${inCommand(folder, '.%f.sum')}`,
    `cp "%p" ${partial}`,
    `cmp -s "%p" ${partial}`,
    `sync ${partial}`,
    `mv ${inCommand(folder, '.%f.sum')} ${inCommand(folder, '%f.sha256')}`,
    `mv ${partial} ${target}`,
  ].join(' && ');
  return {
    archive_mode: 'on',
    archive_timeout: archiveTimeout,
    archive_command: `if test -e ${target}; then cmp -s "%p" ${target}; else ${write}; fi`,
  };
}

/**
 * Settings of a server that recovers from such a folder: what is there must be what was archived. A damaged segment
 * ends the recovery; without this check it would end the WAL, and what came after it would be lost silently.
 */
export const restoreCommand = (folder: string): string => {
  const source = inCommand(folder, '%f');
  const wanted = `"$(cut -c1-64 ${inCommand(folder, '%f.sha256')})"`;
  const found = `"$(${checksum()} < ${source} | cut -c1-64)"`;
  return `test -e ${source} || exit 1; test ${found} = ${wanted} || exit ${damaged}; cp ${source} "%p"`;
};

const checksum = (): string => (findProgram('sha256sum') ? 'sha256sum' : 'shasum -a 256');

/** A path for a shell within PostgreSQL's setting, which reads % itself. `name` is PostgreSQL's own text. */
const inCommand = (folder: string, name: string): string =>
  `'${folder.replaceAll('%', '%%').replaceAll("'", `'\\''`)}'/${name}`;
