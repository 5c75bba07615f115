SET LOCAL ROLE olympus_owner;
DO $$
DECLARE
  found record;
BEGIN
  FOR found IN SELECT polname, polrelid::regclass AS target FROM pg_policy
    WHERE polrelid IN (SELECT oid FROM pg_class WHERE relnamespace IN ('core'::regnamespace, 'audit'::regnamespace, 'archive'::regnamespace))
  LOOP
    EXECUTE format('DROP POLICY %I ON %s', found.polname, found.target);
  END LOOP;
  FOR found IN SELECT oid::regclass AS target FROM pg_class
    WHERE relrowsecurity AND relnamespace IN ('core'::regnamespace, 'audit'::regnamespace, 'archive'::regnamespace)
  LOOP
    EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY', found.target);
  END LOOP;
END $$;
