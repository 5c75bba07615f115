-- Pages of entries that GIN indexes have pending: every search reads them, until VACUUM merges them.
SELECT format('%I.%I', n.nspname, t.relname) AS name, sum((public.pgstatginindex(c.oid)).pending_pages)::int AS pages
FROM pg_class AS c
JOIN pg_am AS am ON am.oid = c.relam AND am.amname = 'gin'
JOIN pg_index AS i ON i.indexrelid = c.oid
JOIN pg_class AS t ON t.oid = i.indrelid
JOIN pg_namespace AS n ON n.oid = t.relnamespace
WHERE c.relkind = 'i' AND n.nspname !~ '^pg_'
GROUP BY 1
