-- What was changed from PostgreSQL's own defaults and may change a figure. Not our own session's settings, and nothing
-- that names a place, a person or a secret: those differ between equal servers, or must not be stored.
-- search_path is no place but an order of schemas, which changes what a plan reads and how its text names it.
SELECT name, current_setting(name) AS value
FROM pg_settings
WHERE source NOT IN ('default', 'override', 'client', 'session', 'interactive', 'test')
  AND category <> 'File Locations'
  AND category NOT LIKE 'Reporting and Logging / %'
  AND category NOT IN ('Connections and Authentication / Connection Settings',
                       'Connections and Authentication / Authentication',
                       'Connections and Authentication / SSL')
  AND (name = 'search_path' OR name !~* '(_files?|_dir|_director(y|ies)|_path|_command|_conninfo|_name|_names)$')
  AND name !~* '(passw|passphrase|secret|token|credential|(^|[._])key)'
UNION ALL
SELECT name, current_setting(name) FROM pg_settings WHERE name IN ('max_connections', 'wal_segment_size', 'block_size')
ORDER BY name
