-- name: signs
-- What shows cheaply that somebody wrote to the tables $1 since they were loaded: their heaps' size, and the rows that
-- the server counted as written (rolled back ones too). A plain table has no partition tree: it counts for itself.
SELECT
  wanted AS "table",
  sum(pg_relation_size(relid))::float8 AS bytes,
  sum(pg_stat_get_tuples_inserted(relid)
    + pg_stat_get_tuples_updated(relid)
    + pg_stat_get_tuples_deleted(relid))::float8 AS writes
FROM unnest($1::text[]) AS wanted,
  LATERAL (
    SELECT relid FROM pg_partition_tree(wanted::regclass) WHERE isleaf
    UNION
    SELECT wanted::regclass WHERE NOT EXISTS (SELECT FROM pg_partition_tree(wanted::regclass))
  ) AS leaf (relid)
GROUP BY wanted;
