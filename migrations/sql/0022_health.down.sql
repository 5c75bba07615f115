-- what: health without the age of vacuums; lag as the time since the last replayed transaction
SET LOCAL ROLE olympus_owner;
DROP VIEW analytics.database_health;
CREATE OR REPLACE VIEW analytics.backup_status AS
SELECT pg_is_in_recovery() AS is_replica,
       CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END AS wal_position,
       pg_last_wal_replay_lsn() AS replayed,
       pg_last_xact_replay_timestamp() AS replayed_at,
       CASE WHEN pg_is_in_recovery() THEN now() - pg_last_xact_replay_timestamp() END AS replication_lag,
       current_setting('archive_mode') AS archive_mode,
       archived_count, last_archived_wal, last_archived_time, failed_count, last_failed_wal, last_failed_time,
       (SELECT count(*) FROM pg_replication_slots WHERE NOT active) AS inactive_slots,
       (SELECT max(pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, restart_lsn))::bigint
          FROM pg_replication_slots) AS wal_held_by_slots_bytes
  FROM pg_stat_archiver;
CREATE VIEW analytics.database_health AS
SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND state = 'active') AS active_connections,
       (SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%') AS idle_in_transaction,
       current_setting('max_connections')::integer AS max_connections,
       pg_database_size(current_database()) AS database_bytes,
       (SELECT count(*) FROM pg_stat_user_tables WHERE n_dead_tup > 10000 AND n_dead_tup > 0.2 * n_live_tup) AS tables_to_vacuum,
       (SELECT count(*) FROM pg_stat_user_tables WHERE greatest(last_vacuum, last_autovacuum) IS NULL AND n_live_tup > 10000) AS never_vacuumed,
       (SELECT count(*) FROM analytics.unused_indexes) AS unused_indexes,
       (SELECT count(*) FROM pg_index WHERE NOT indisvalid AND NOT EXISTS (
          SELECT FROM pg_class WHERE oid = indexrelid AND relkind = 'I')) AS invalid_indexes,
       pg_is_in_recovery() AS is_replica,
       CASE WHEN pg_is_in_recovery() THEN now() - pg_last_xact_replay_timestamp() END AS replication_lag,
       (SELECT round(100 * sum(heap_blks_hit) / nullif(sum(heap_blks_hit) + sum(heap_blks_read), 0), 2) FROM pg_statio_user_tables) AS cache_hit_pct,
       (SELECT max(age(relfrozenxid)) FROM pg_class WHERE relkind IN ('r', 'm', 't')) AS oldest_transaction_age,
       (SELECT min(months_ahead) FROM analytics.partition_health) AS partition_months_ahead,
       (SELECT count(*) FROM pg_class WHERE relnamespace IN ('core'::regnamespace, 'audit'::regnamespace, 'archive'::regnamespace)
          AND relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity)) AS tables_without_security;
COMMENT ON VIEW analytics.database_health IS 'One row: what to look at first (B9)';
GRANT SELECT ON analytics.database_health TO olympus_service;
