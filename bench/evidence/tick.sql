-- One look, once a second; cumulative values become rates by the difference to the look before. PostgreSQL 15 to 18.
-- pg_stat_database is told by backends at most once a second, so single seconds are rough; the WAL position is exact.
SELECT
  (pg_current_wal_lsn() - '0/0'::pg_lsn)::float8 AS wal_bytes,
  d.xact_commit::float8 AS commits,
  d.xact_rollback::float8 AS rollbacks,
  d.blks_hit::float8 AS blocks_hit,
  d.blks_read::float8 AS blocks_read,
  d.temp_bytes::float8 AS temp_bytes,
  d.deadlocks::float8 AS deadlocks,
  (SELECT count(*) FROM pg_stat_progress_vacuum)::int AS vacuums,
  (SELECT redo_lsn - '0/0'::pg_lsn FROM pg_control_checkpoint())::float8 AS checkpoint_redo,
  activity.*, locks.*, replicas.*
FROM pg_stat_database AS d,
  (SELECT count(*)::int AS connections,
     count(*) FILTER (WHERE state = 'active')::int AS active,
     count(*) FILTER (WHERE state LIKE 'idle in transaction%')::int AS idle_in_transaction,
     coalesce(extract(epoch FROM max(clock_timestamp() - xact_start)), 0)::float8 AS oldest_transaction_seconds
   FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()) AS activity,
  (SELECT count(*) FILTER (WHERE granted)::int AS locks_held,
     count(*) FILTER (WHERE NOT granted)::int AS locks_waiting
   FROM pg_locks WHERE pid <> pg_backend_pid()) AS locks,
  (SELECT coalesce(json_agg(json_build_object(
       'name', application_name,
       'state', state,
       'sentBytes', pg_current_wal_lsn() - sent_lsn,
       'replayBytes', pg_current_wal_lsn() - replay_lsn,
       'replayLagMs', extract(epoch FROM replay_lag) * 1000)), '[]') AS replicas
   FROM pg_stat_replication) AS replicas
WHERE d.datname = current_database()
