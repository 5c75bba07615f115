-- $1: the back end of the migration. Its locks on relations, and how many other sessions of this database wait for a lock.
SELECT (SELECT count(*)::int FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> $1 AND wait_event_type = 'Lock') AS waiting,
       COALESCE((SELECT json_agg(json_build_object('oid', relation::bigint, 'mode', mode, 'granted', granted))
                   FROM pg_locks
                  WHERE pid = $1 AND locktype = 'relation'
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())), '[]') AS locks
