import { spawnSync } from 'node:child_process';
import type { Finding } from './finding.ts';

/**
 * Whether the load generator may run before the servers that it measures: then it starts its requests in time, and the
 * default load is lower where it may not. Asked of a process of its own, because the class cannot be tried on this one.
 */
export function schedulingFinding(): Finding {
  const allowed = realtimeAllowed();
  return {
    name: 'real-time',
    ok: allowed === true,
    optional: true,
    found: allowed ? 'allowed' : '',
    what: `the class in which the load generator starts its requests in time${allowed === undefined ? ' (this system has none that it knows)' : ''}`,
    how: 'For this shell: `sudo prlimit --pid $$ --rtprio=1`. For good: the line "YOUR-USER - rtprio 1" in /etc/security/limits.conf, and log in again. Root and CAP_SYS_NICE may already.',
  };
}

/** undefined: the system has no such class, or no program to ask with. */
function realtimeAllowed(): boolean | undefined {
  const { status, error } = spawnSync('chrt', ['--rr', '1', 'true'], { stdio: 'ignore' });
  return error ? undefined : status === 0;
}
