-- what: the partitioned tables without partitions; their rows are lost
SET LOCAL ROLE olympus_owner;
DO $$
DECLARE
  leaf regclass;
BEGIN
  FOR leaf IN
    SELECT i.inhrelid FROM pg_inherits i JOIN ops.partitioned_tables() WITH ORDINALITY AS t (parent, place) ON i.inhparent = t.parent
     ORDER BY t.parent = 'core.orders'::regclass, i.inhrelid
  LOOP
    EXECUTE format('DROP TABLE %s', leaf);
  END LOOP;
END $$;
