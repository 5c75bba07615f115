-- what: no views for operators; roles keep pg_monitor, other databases may use them
SET LOCAL ROLE olympus_owner;
DROP VIEW analytics.database_health, analytics.backup_status, analytics.extension_status, analytics.missing_indexes,
  analytics.unused_indexes, analytics.partition_health;
DROP FUNCTION ops.index_bloat(bigint);
