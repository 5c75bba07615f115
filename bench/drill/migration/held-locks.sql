-- $1: the back end. Every lock on a relation that it has.
SELECT relation::bigint AS oid, mode
  FROM pg_locks
 WHERE pid = $1 AND locktype = 'relation' AND granted
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
