-- what: policies on the plain setting: organization_id = current_setting('app.org_id')
--
-- Fast, and believes whoever sets app.org_id: membership is not verified. No subselect, so the setting is read again
-- for every row that is not found by an index.
DO $$
DECLARE
  target regclass;
BEGIN
  FOR target IN SELECT polrelid FROM pg_policy WHERE polname = 'tenant_select' AND polrelid <> 'audit.logs'::regclass LOOP
    EXECUTE format($policy$ALTER POLICY tenant_select ON %s
      USING (organization_id = nullif(current_setting('app.org_id', true), '')::uuid)$policy$, target);
  END LOOP;
END $$;
ALTER POLICY organizations_select ON core.organizations USING (id = nullif(current_setting('app.org_id', true), '')::uuid);
ALTER POLICY members_select ON core.organization_members
  USING (organization_id = nullif(current_setting('app.org_id', true), '')::uuid OR user_id = auth.uid());
ALTER POLICY users_select ON core.users USING (id = auth.uid() OR EXISTS (
  SELECT FROM core.organization_members m
   WHERE m.organization_id = nullif(current_setting('app.org_id', true), '')::uuid AND m.user_id = users.id
     AND m.status = 'active' AND m.accepted_at IS NOT NULL));
