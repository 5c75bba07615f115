import { commandLine } from '../process/command-line.ts';

/** The data directory of a running PostgreSQL server of ours, or undefined. */
export const folderOf = (pid: number): string | undefined => / -D (.+)$/.exec(commandLine(pid) ?? '')?.[1];
