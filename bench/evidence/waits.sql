-- What sessions that work wait for at this moment; "CPU" when for nothing that the server knows of. PostgreSQL 15 to 18.
SELECT coalesce(wait_event_type || ':' || wait_event, 'CPU') AS event, count(*)::int AS sessions
FROM pg_stat_activity
WHERE state = 'active' AND backend_type = 'client backend' AND pid <> pg_backend_pid()
GROUP BY 1
