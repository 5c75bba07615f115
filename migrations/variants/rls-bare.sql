-- what: the specification's policies (B6): organization_id = ANY (auth.user_organizations()), the function bare
--
-- The planner may call the function for every row, and = ANY () gives up an index's order. The membership itself is the
-- corrected one (accepted and active, D7): a user of one organization reads the same rows as under the base. A user of
-- several reads all of them, which is what the specification's form means.
DO $$
DECLARE
  target regclass;
BEGIN
  FOR target IN SELECT polrelid FROM pg_policy WHERE polname = 'tenant_select' AND polrelid <> 'audit.logs'::regclass LOOP
    EXECUTE format('ALTER POLICY tenant_select ON %s USING (organization_id = ANY (auth.user_organizations()))', target);
  END LOOP;
END $$;
ALTER POLICY organizations_select ON core.organizations USING (id = ANY (auth.user_organizations()));
ALTER POLICY members_select ON core.organization_members
  USING (organization_id = ANY (auth.user_organizations()) OR user_id = auth.uid());
ALTER POLICY users_select ON core.users USING (id = auth.uid() OR id IN (
  SELECT m.user_id FROM core.organization_members m WHERE m.organization_id = ANY (auth.user_organizations()) AND m.status = 'active' AND m.accepted_at IS NOT NULL));
