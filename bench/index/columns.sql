-- Each column of the tables, partitioned tables and materialised views: its type, and its bytes on the mean by the
-- statistics (null where there are none); whether GIN has an operator class that takes the type as it is, also one for all
-- arrays or enumerations, or for a type that has the same bytes (varchar is taken as text); and the one that finds parts of
-- a text.
SELECT format('%I.%I', n.nspname, c.relname) AS "table",
       n.nspname AS schema,
       c.relname AS short,
       a.attname AS name,
       format_type(a.atttypid, NULL) AS type,
       (SELECT max(s.avg_width) FROM pg_stats AS s
        WHERE s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname) AS bytes,
       (SELECT count(*) > 0 FROM pg_opclass AS o JOIN pg_am AS m ON m.oid = o.opcmethod
        WHERE m.amname = 'gin' AND o.opcdefault
          AND (o.opcintype IN (y.oid, y.typbasetype)
            OR o.opcintype = 'anyarray'::regtype AND y.typcategory = 'A'
            OR o.opcintype = 'anyenum'::regtype AND y.typtype = 'e'
            OR EXISTS (SELECT FROM pg_cast
                       WHERE castsource = y.oid AND casttarget = o.opcintype AND castmethod = 'b' AND castcontext = 'i')
          )) AS gin,
       (SELECT format('%I.%I', ns.nspname, o.opcname) FROM pg_opclass AS o JOIN pg_namespace AS ns ON ns.oid = o.opcnamespace
        WHERE o.opcname = 'gin_trgm_ops' LIMIT 1) AS trigrams
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type AS y ON y.oid = a.atttypid
WHERE c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
ORDER BY 1, a.attnum
