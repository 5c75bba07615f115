-- what: no statistics of organization_id: EXPLAIN estimates the same number of rows for every tenant, also for one that is not there
--
-- The planner's list of the most common tenants is what tells their sizes. Without it, it takes the average tenant for
-- each: plans of the largest and of the smallest are those of the average. The counts are taken again at the next ANALYZE.
DO $$
DECLARE
  target regclass;
BEGIN
  FOR target IN
    SELECT a.attrelid FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE a.attname = 'organization_id' AND NOT a.attisdropped AND c.relkind IN ('r', 'p')
       AND c.relnamespace IN ('core'::regnamespace, 'audit'::regnamespace, 'archive'::regnamespace)
  LOOP
    EXECUTE format('ALTER TABLE %s ALTER organization_id SET STATISTICS 0', target);
  END LOOP;
END $$;
DELETE FROM pg_statistic s USING pg_attribute a, pg_class c
 WHERE a.attrelid = s.starelid AND a.attnum = s.staattnum AND a.attname = 'organization_id'
   AND c.oid = a.attrelid AND c.relnamespace IN ('core'::regnamespace, 'audit'::regnamespace, 'archive'::regnamespace);
