-- Indexes with files of their own that are not among those of before, with what statistics say of their keys.
SELECT n.nspname AS schema, c.relname AS name, am.amname AS method, pg_relation_filepath(c.oid) AS path,
       format('%I.%I', tn.nspname, t.relname) AS "table", i.indisunique AS "unique",
       i.indnatts > i.indnkeyatts AS including, pg_get_expr(i.indpred, i.indrelid) AS predicate,
       coalesce((SELECT option_value::int FROM pg_options_to_table(c.reloptions) WHERE option_name = 'fillfactor'), 90) AS fillfactor,
       k.bytes AS "keyBytes", k.distincts
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_am AS am ON am.oid = c.relam
JOIN pg_index AS i ON i.indexrelid = c.oid
JOIN pg_class AS t ON t.oid = i.indrelid
JOIN pg_namespace AS tn ON tn.oid = t.relnamespace
CROSS JOIN LATERAL (
  SELECT sum(coalesce(s.stawidth, nullif(a.attlen, -1), 16))::int AS bytes,
         array_agg(s.stadistinct::float8 ORDER BY position) FILTER (WHERE position <= i.indnkeyatts) AS distincts
  FROM unnest(i.indkey) WITH ORDINALITY AS key (attnum, position)
  LEFT JOIN pg_statistic AS s ON s.starelid = i.indrelid AND s.staattnum = key.attnum AND NOT s.stainherit
  LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = position) AS k
WHERE c.relkind = 'i' AND NOT c.oid = ANY ($1::oid[])
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
