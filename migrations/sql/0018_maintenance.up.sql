-- what: views for whoever runs the database (B4, B9)

-- Without pg_monitor the state of other roles' sessions reads as NULL, and a count of them as 0. Roles are the
-- cluster's: as in 0001, made once and kept by `down`.
LOCK TABLE pg_catalog.pg_authid IN SHARE ROW EXCLUSIVE MODE;
DO $$
DECLARE
  grantee text;
BEGIN
  FOREACH grantee IN ARRAY ARRAY['olympus_owner', 'olympus_service'] LOOP
    IF NOT EXISTS (SELECT FROM pg_auth_members WHERE roleid = 'pg_monitor'::regrole AND member = grantee::regrole) THEN
      EXECUTE format('GRANT pg_monitor TO %I', grantee);
    END IF;
  END LOOP;
END $$;
SET LOCAL ROLE olympus_owner;

CREATE VIEW analytics.partition_health AS
WITH month AS (
  SELECT i.inhparent, i.inhdetachpending,
         (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''([^'']+)''\)'))[1]::timestamptz AS first
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
   WHERE i.inhparent IN (SELECT ops.partitioned_tables())
), summary AS (
  SELECT parent,
         min(first) AS first_month, max(first) AS last_month, count(first) AS months,
         count(*) FILTER (WHERE first > now()) AS months_ahead,
         count(*) FILTER (WHERE inhdetachpending) AS detach_pending
    FROM ops.partitioned_tables() AS parent LEFT JOIN month ON inhparent = parent
   GROUP BY parent
), judged AS (
  SELECT *, (extract(year FROM age(last_month, first_month)) * 12 + extract(month FROM age(last_month, first_month)))::integer + 1 - months AS gaps
    FROM (SELECT parent, first_month AT TIME ZONE 'UTC' AS first_month, last_month AT TIME ZONE 'UTC' AS last_month, months, months_ahead, detach_pending FROM summary) utc
)
SELECT parent::text AS table_name, first_month::date, last_month::date, months, months_ahead, gaps, detach_pending,
       CASE WHEN months = 0 OR months_ahead < 1 THEN 'critical'
            WHEN months_ahead < 3 OR gaps > 0 OR detach_pending > 0 THEN 'warning' ELSE 'ok' END AS status,
       CASE WHEN months = 0 OR months_ahead < 3 THEN 'SELECT ops.ensure_partitions(current_date, (current_date + interval ''6 months'')::date)'
            WHEN gaps > 0 THEN 'A month between the first and the last is missing: SELECT ops.ensure_partitions(first_month, last_month)'
            WHEN detach_pending > 0 THEN 'An interrupted DETACH: ALTER TABLE .. DETACH PARTITION .. FINALIZE' END AS advice
  FROM judged;
COMMENT ON VIEW analytics.partition_health IS 'Warns before partitions run out: warning below 3 months ahead, critical below 1';

-- An index of a partitioned table is one index here: scans and bytes of its partitions together.
CREATE VIEW analytics.unused_indexes AS
SELECT i.indrelid::regclass::text AS table_name, i.indexrelid::regclass::text AS index_name,
       obj_description(i.indexrelid, 'pg_class') AS serves, usage.bytes
  FROM (
    SELECT coalesce(pg_partition_root(s.indexrelid), s.indexrelid) AS root,
           sum(s.idx_scan) AS scans, sum(pg_relation_size(s.indexrelid))::bigint AS bytes
      FROM pg_stat_user_indexes s GROUP BY 1
  ) AS usage JOIN pg_index i ON i.indexrelid = usage.root
 WHERE usage.scans = 0 AND NOT i.indisunique
 ORDER BY usage.bytes DESC;
COMMENT ON VIEW analytics.unused_indexes IS 'Indexes without a scan since the statistics began; unique ones guard and are left out';

CREATE VIEW analytics.missing_indexes AS
SELECT usage.root::regclass::text AS table_name, seq_scans, rows_read, index_scans, rows_read / nullif(seq_scans, 0) AS rows_per_scan
  FROM (
    SELECT coalesce(pg_partition_root(relid), relid) AS root, sum(seq_scan)::bigint AS seq_scans,
           sum(seq_tup_read)::bigint AS rows_read, coalesce(sum(idx_scan), 0)::bigint AS index_scans
      FROM pg_stat_user_tables GROUP BY 1
  ) AS usage
 WHERE seq_scans > 100 AND rows_read / nullif(seq_scans, 0) >= 1000
 ORDER BY rows_read DESC;
COMMENT ON VIEW analytics.missing_indexes IS 'Tables that are read whole more than 100 times, 1000 rows and more each time';

-- The specification's query lists sizes; pgstatindex() reads the pages. A leaf density of 90 is a freshly built btree.
CREATE FUNCTION ops.index_bloat(at_least_bytes bigint DEFAULT 1048576)
RETURNS TABLE (table_name text, index_name text, bytes bigint, leaf_density double precision, fragmentation double precision, wasted_bytes bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF to_regprocedure('public.pgstatindex(regclass)') IS NULL THEN
    RAISE feature_not_supported USING MESSAGE = 'bloat is measured by the extension pgstattuple, which this server lacks';
  END IF;
  RETURN QUERY
    SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, s.index_size, s.avg_leaf_density, s.leaf_fragmentation,
           greatest(0, (s.index_size * (1 - s.avg_leaf_density / 90))::bigint)
      FROM pg_index i
      JOIN pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i' AND pg_relation_size(c.oid) >= at_least_bytes
      JOIN pg_am a ON a.oid = c.relam AND a.amname = 'btree'
      JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname IN ('core', 'audit', 'archive', 'cache')
      CROSS JOIN LATERAL pgstatindex(c.oid::regclass) s
     WHERE i.indisvalid AND s.leaf_pages > 0
     ORDER BY 6 DESC;
END $$;
COMMENT ON FUNCTION ops.index_bloat(bigint) IS 'Density of btree indexes, worst first. Reads every page of them';

CREATE VIEW analytics.extension_status AS
SELECT wanted.name, wanted.required, available.default_version IS NOT NULL AS available, available.installed_version
  FROM (VALUES ('pg_trgm', true), ('btree_gin', true), ('uuid-ossp', false), ('pgcrypto', false), ('pg_stat_statements', false),
               ('pgstattuple', false), ('postgis', false)) AS wanted (name, required)
  LEFT JOIN pg_available_extensions available ON available.name = wanted.name;
COMMENT ON VIEW analytics.extension_status IS 'What the specification asks for and this server has';

-- pg_ls_waldir() lists no restore points; what there is to know is what the archiver and the replicas say.
CREATE VIEW analytics.backup_status AS
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
COMMENT ON VIEW analytics.backup_status IS 'WAL archiving, replication position and what slots hold back, on a primary and on a replica';

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

GRANT SELECT ON analytics.partition_health, analytics.unused_indexes, analytics.missing_indexes, analytics.extension_status,
  analytics.backup_status, analytics.database_health TO olympus_service;
GRANT EXECUTE ON FUNCTION ops.index_bloat(bigint) TO olympus_service;
