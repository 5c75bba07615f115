-- name: shapes
-- What statistics say of every column, in numbers: no value is among them.
SELECT s.schemaname AS schema, s.tablename AS table, s.attname AS column, s.null_frac::float8 AS nulls,
       s.n_distinct::float8 AS distinct, s.avg_width AS width, s.correlation::float8 AS correlation,
       s.most_common_freqs::float8[] AS frequencies
FROM pg_stats AS s
JOIN pg_namespace AS n ON n.nspname = s.schemaname
JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = s.tablename
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND s.inherited = (c.relkind = 'p');

-- name: values
-- Common values and bounds of one column, which its owner has released.
SELECT s.most_common_vals::text::text[] AS common, s.histogram_bounds::text::text[] AS bounds
FROM pg_stats AS s
JOIN pg_namespace AS n ON n.nspname = s.schemaname
JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = s.tablename
WHERE s.schemaname = $1 AND s.tablename = $2 AND s.attname = $3 AND s.inherited = (c.relkind = 'p');
