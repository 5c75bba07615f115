import { relative } from 'node:path';

/** A file as a user of this folder names it: relative below it, else as it is. */
export const shownPath = (path: string): string => {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
};
