-- Of the database that is closest to it; at autovacuum_freeze_max_age a vacuum is forced.
SELECT datname AS database, age(datfrozenxid) AS "ageXids",
       current_setting('autovacuum_freeze_max_age')::int AS "freezeMaxAgeXids",
       current_setting('autovacuum_freeze_max_age')::int - age(datfrozenxid) AS "leftXids"
  FROM pg_database ORDER BY age(datfrozenxid) DESC, datname LIMIT 1
