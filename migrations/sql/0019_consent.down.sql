-- what: memberships by whoever administers a tenant, and users readable whole, as before
SET LOCAL ROLE olympus_owner;
CREATE OR REPLACE FUNCTION auth.user_organizations() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(m.organization_id), '{}')
    FROM core.organization_members m
    JOIN core.organizations o ON o.id = m.organization_id AND o.deleted_at IS NULL
   WHERE m.user_id = auth.uid() AND m.status = 'active' AND (m.invitation_token IS NULL OR m.accepted_at IS NOT NULL)
$$;
CREATE OR REPLACE FUNCTION auth.current_org() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT m.organization_id
    FROM core.organization_members m
    JOIN core.organizations o ON o.id = m.organization_id AND o.deleted_at IS NULL
   WHERE m.organization_id = nullif(current_setting('app.org_id', true), '')::uuid
     AND m.user_id = auth.uid() AND m.status = 'active' AND (m.invitation_token IS NULL OR m.accepted_at IS NOT NULL)
$$;
CREATE OR REPLACE FUNCTION auth.user_role(org_id uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT m.role FROM core.organization_members m
   WHERE m.user_id = auth.uid() AND m.organization_id = org_id AND m.status = 'active'
     AND (m.invitation_token IS NULL OR m.accepted_at IS NOT NULL)
$$;
CREATE OR REPLACE FUNCTION ops.audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  derived constant text[] := ARRAY['updated_at', 'version', 'search_vector'];
  before jsonb;
  after jsonb;
  what text := TG_OP;
  row_id uuid;
  tenant uuid;
BEGIN
  IF current_setting('app.audit', true) = 'off' AND pg_has_role(session_user, 'olympus_service', 'MEMBER') THEN
    RETURN NULL;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    before := to_jsonb(OLD);
    row_id := OLD.id;
    tenant := (before ->> 'organization_id')::uuid;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    after := to_jsonb(NEW);
    row_id := NEW.id;
    tenant := (after ->> 'organization_id')::uuid;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF before -> 'deleted_at' = 'null' AND after -> 'deleted_at' <> 'null' THEN
      what := 'SOFT_DELETE';
    END IF;
    SELECT jsonb_object_agg(key, before -> key), jsonb_object_agg(key, value) INTO before, after
      FROM jsonb_each(after) WHERE value <> before -> key AND key <> ALL (derived);
    IF after IS NULL THEN
      RETURN NULL;
    END IF;
  ELSE
    before := before - derived;
    after := after - derived;
  END IF;
  INSERT INTO audit.logs (organization_id, user_id, action, table_name, record_id, old_values, new_values)
  VALUES (CASE TG_ARGV[0] WHEN 'core.organizations' THEN row_id ELSE tenant END, auth.uid(), what, TG_ARGV[0], row_id, before, after);
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION core.accept_invitation(token text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  joined uuid;
BEGIN
  UPDATE core.organization_members SET accepted_at = now(), invitation_token = NULL
   WHERE invitation_token = token AND user_id = auth.uid() AND accepted_at IS NULL AND invitation_expires_at > now()
  RETURNING organization_id INTO joined;
  IF joined IS NULL THEN
    RAISE insufficient_privilege USING MESSAGE = 'the invitation is unknown, another''s or expired';
  END IF;
  RETURN joined;
END $$;
CREATE OR REPLACE FUNCTION core.transfer_ownership(new_owner uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  org uuid := auth.current_org();
BEGIN
  IF auth.current_rank() < auth.role_rank('owner') THEN
    RAISE insufficient_privilege USING MESSAGE = 'only the owner gives the organization away';
  END IF;
  UPDATE core.organization_members SET role = 'admin' WHERE organization_id = org AND user_id = auth.uid();
  UPDATE core.organization_members SET role = 'owner'
   WHERE organization_id = org AND user_id = new_owner AND status = 'active' AND (invitation_token IS NULL OR accepted_at IS NOT NULL);
  IF NOT FOUND THEN
    RAISE no_data_found USING MESSAGE = 'the new owner is no active member';
  END IF;
END $$;
DROP FUNCTION core.invite_member(text, core.member_role, interval), core.withdraw_invitation(text), core.leave_organization(),
  core.my_profile(), ops.mask(text, jsonb), ops.masked_columns(text);
DROP TABLE core.invitations;
DROP TRIGGER guard_membership ON core.organization_members;
DROP FUNCTION ops.guard_membership();
CREATE POLICY members_insert ON core.organization_members FOR INSERT TO olympus_app
  WITH CHECK (organization_id = (SELECT auth.current_org()) AND (SELECT auth.current_rank()) >= 4
    AND auth.role_rank(role) < (SELECT auth.current_rank()));
ALTER POLICY users_select ON core.users USING (id = (SELECT auth.uid()) OR EXISTS (
    SELECT FROM core.organization_members m WHERE m.organization_id = (SELECT auth.current_org()) AND m.user_id = users.id));
REVOKE SELECT ON core.users FROM olympus_app, olympus_readonly;
GRANT SELECT ON core.users TO olympus_app, olympus_readonly;
DO $$
BEGIN
  EXECUTE (SELECT format('GRANT INSERT (%s) ON core.organization_members TO olympus_app', string_agg(quote_ident(attname), ', ' ORDER BY attnum))
             FROM pg_attribute WHERE attrelid = 'core.organization_members'::regclass AND attnum > 0 AND NOT attisdropped
              AND attname <> ALL ('{id,accepted_at,status,created_at,updated_at}'));
END $$;
