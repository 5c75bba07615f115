import type { run } from 'node:test';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Counts the tests of a run; a suite is none. */
export function counted(stream: ReturnType<typeof run>, counts: Counts): ReturnType<typeof run> {
  stream.on('test:pass', ({ details, skip }) => {
    if (details.type === 'suite') return;
    if (skip === undefined) counts.passed++;
    else counts.skipped++;
  });
  stream.on('test:fail', ({ details }) => {
    if (details.type !== 'suite') counts.failed++;
  });
  return stream;
}
