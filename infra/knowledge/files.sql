-- Where each relation of the copy has its files, and how wide the keys of its indexes are by the statistics.
SELECT n.nspname AS schema, c.relname AS name, c.relkind::text AS kind, am.amname AS method,
       pg_relation_filepath(c.oid) AS path,
       coalesce((SELECT sum(coalesce(s.stawidth, 8)) FROM pg_index AS i
                 CROSS JOIN LATERAL unnest(i.indkey) AS k (attnum)
                 LEFT JOIN pg_statistic AS s ON s.starelid = i.indrelid AND s.staattnum = k.attnum AND NOT s.stainherit
                 WHERE i.indexrelid = c.oid), 8)::int AS "keyBytes"
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_am AS am ON am.oid = c.relam
WHERE c.relkind IN ('r', 'm', 'i') AND c.relpersistence <> 't'
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
