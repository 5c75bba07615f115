import { totalmem } from 'node:os';

const MiB = 1024 ** 2;

/**
 * Settings of every server that we make, where they differ from PostgreSQL's own. They go to olympus.conf in the
 * data directory, which postgresql.conf includes; `environment.endpoints[].settings` of a result shows what was in
 * force. fsync, synchronous_commit and full_page_writes stay on: figures without them would be about nothing.
 */
export function postgresSettings(memoryBytes = totalmem()): Record<string, string> {
  return {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '', // TCP only: one way in, and the same for all
    password_encryption: 'scram-sha-256',
    max_connections: '300',
    shared_buffers: `${Math.round(Math.min(512, Math.max(64, memoryBytes / MiB / 16)))}MB`,
    effective_cache_size: `${Math.round(memoryBytes / MiB / 2)}MB`,
    work_mem: '16MB',
    maintenance_work_mem: '256MB',
    random_page_cost: '1.1', // solid-state disks
    wal_level: 'logical', // streaming replicas, and logical decoding for those who feed other stores
    max_wal_senders: '10',
    max_replication_slots: '10',
    max_wal_size: '4GB',
    min_wal_size: '256MB',
    max_slot_wal_keep_size: '4GB', // a dead replica's slot must not fill the disk
    hot_standby: 'on',
    wal_receiver_status_interval: '1s',
    wal_retrieve_retry_interval: '200ms',
    shared_preload_libraries: 'pg_stat_statements',
    'pg_stat_statements.track': 'all',
    track_io_timing: 'on',
    track_functions: 'pl',
    log_line_prefix: '%m [%p] %q%u@%d ',
    log_lock_waits: 'on',
    log_timezone: 'UTC',
    timezone: 'UTC',
    lc_messages: 'C',
  };
}

/**
 * pg_rewind needs to know which pages changed only their hints: by checksums, which a cluster of PostgreSQL 18 has by
 * itself, or by this. Both write the same pages into the WAL, so that versions compare.
 */
export const rewindable = ({ major }: { readonly major: number }): Record<string, string> =>
  major < 18 ? { wal_log_hints: 'on' } : {};

/** What sets a replica apart: one serves the application, the other analytics. */
export const replicaSettings = {
  replica1: {}, // reads may be cancelled by replay (max_standby_streaming_delay), and the primary keeps nothing for them
  replica2: { hot_standby_feedback: 'on', max_standby_streaming_delay: '300s' }, // long analytical reads survive
} as const satisfies Record<string, Record<string, string>>;

export type ReplicaName = keyof typeof replicaSettings;

/** olympus.conf's text. Within quotes PostgreSQL reads a backslash as C does. */
export function settingsFile(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'\n`)
    .join('');
}
