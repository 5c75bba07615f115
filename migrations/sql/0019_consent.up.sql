-- what: a membership is what its user accepted; what members see of each other; columns that nobody reads, named once
--
-- An owner or admin could write a membership for any user of the platform, whose ids stand in core.orders.user_id, and
-- then read that user's address, telephone number and metadata. Now an organization invites an address, and only the
-- user of that address makes the membership, with the token that was sent there (docs/schema.md, "Who is a member").
SET LOCAL ROLE olympus_owner;

-- The columns that no role of an application reads, of others or of itself by a query. Grants below and the audit follow it.
CREATE FUNCTION ops.masked_columns(target text) RETURNS name[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE target
    WHEN 'core.organization_members' THEN '{invitation_token}'
    WHEN 'core.invitations' THEN '{token_hash}'
    WHEN 'core.users' THEN '{auth_id,email_verified_at,phone,phone_verified_at,preferences,metadata,last_login_at,last_active_at,search_vector}'
    ELSE '{}' END::name[]
$$;
COMMENT ON FUNCTION ops.masked_columns(text) IS 'Columns of a table that olympus_app and olympus_readonly do not read; the audit shows them as "(masked)"';

CREATE TABLE core.invitations (
  id              uuid PRIMARY KEY DEFAULT core.new_id(),
  organization_id uuid NOT NULL REFERENCES core.organizations ON DELETE CASCADE,
  email           text NOT NULL CHECK (email = lower(email) AND email ~ '^[^@\s]+@[^@\s]+\.[^@\s]{2,}$'),
  role            core.member_role NOT NULL DEFAULT 'member' CHECK (role <> 'owner'),
  token_hash      bytea NOT NULL CONSTRAINT invitations_token UNIQUE, -- of the token: a dump or a backup accepts nothing
  invited_by      uuid, -- no foreign key: an invitation says nothing about whether a user exists
  invited_at      timestamptz NOT NULL DEFAULT now(),
  expires_at      timestamptz NOT NULL,
  CONSTRAINT invitations_address UNIQUE (organization_id, email)
);
COMMENT ON TABLE core.invitations IS 'Addresses that were invited; an address is not known to belong to a user';
COMMENT ON INDEX core.invitations_pkey IS 'guards the identifier';
COMMENT ON INDEX core.invitations_address IS 'guards one open invitation an address and tenant';
COMMENT ON INDEX core.invitations_token IS 'guards one invitation a token; serves core.accept_invitation()';
ALTER TABLE core.invitations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY invitations_select ON core.invitations FOR SELECT TO olympus_app, olympus_readonly
  USING (organization_id = (SELECT auth.current_org()) AND (SELECT auth.current_rank()) >= 4);

-- Accepted, and by nothing but core.accept_invitation() or core.create_organization(): a missing token is no consent.
CREATE OR REPLACE FUNCTION auth.user_organizations() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(m.organization_id), '{}')
    FROM core.organization_members m
    JOIN core.organizations o ON o.id = m.organization_id AND o.deleted_at IS NULL
   WHERE m.user_id = auth.uid() AND m.status = 'active' AND m.accepted_at IS NOT NULL
$$;
CREATE OR REPLACE FUNCTION auth.current_org() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT m.organization_id
    FROM core.organization_members m
    JOIN core.organizations o ON o.id = m.organization_id AND o.deleted_at IS NULL
   WHERE m.organization_id = nullif(current_setting('app.org_id', true), '')::uuid
     AND m.user_id = auth.uid() AND m.status = 'active' AND m.accepted_at IS NOT NULL
$$;
CREATE OR REPLACE FUNCTION auth.user_role(org_id uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT m.role FROM core.organization_members m
   WHERE m.user_id = auth.uid() AND m.organization_id = org_id AND m.status = 'active' AND m.accepted_at IS NOT NULL
$$;

-- Nobody inserts a membership: without a policy and without a grant, so that a later grant alone opens nothing.
DROP POLICY members_insert ON core.organization_members;
ALTER POLICY users_select ON core.users USING (id = (SELECT auth.uid()) OR EXISTS (
  SELECT FROM core.organization_members m
   WHERE m.organization_id = (SELECT auth.current_org()) AND m.user_id = users.id AND m.status = 'active' AND m.accepted_at IS NOT NULL));

-- The answer is the same whether or not somebody has this address.
CREATE FUNCTION core.invite_member(address text, member_role core.member_role DEFAULT 'member', valid interval DEFAULT '7 days') RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  token text := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
BEGIN
  IF auth.current_rank() < auth.role_rank('admin') OR auth.role_rank(member_role) >= auth.current_rank() THEN
    RAISE insufficient_privilege USING MESSAGE = 'only an admin invites, and to a role below their own';
  END IF;
  INSERT INTO core.invitations (organization_id, email, role, token_hash, invited_by, expires_at)
  VALUES (auth.current_org(), lower(address), member_role, sha256(convert_to(token, 'UTF8')), auth.uid(), now() + valid)
  ON CONFLICT (organization_id, email) DO UPDATE
    SET role = excluded.role, token_hash = excluded.token_hash, invited_by = excluded.invited_by, invited_at = now(), expires_at = excluded.expires_at;
  RETURN token;
END $$;
COMMENT ON FUNCTION core.invite_member(text, core.member_role, interval) IS
  'Invites an address to this tenant; returns the token to send there, which is stored nowhere. An earlier one of the address is void';

CREATE FUNCTION core.withdraw_invitation(address text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF auth.current_rank() < auth.role_rank('admin') THEN
    RAISE insufficient_privilege USING MESSAGE = 'only an admin withdraws an invitation';
  END IF;
  DELETE FROM core.invitations WHERE organization_id = auth.current_org() AND email = lower(address);
  RETURN FOUND;
END $$;
COMMENT ON FUNCTION core.withdraw_invitation(text) IS 'Takes an invitation of this tenant back; false if there was none';

-- The user of the address, with its token, before it expires. A token in organization_members is one of the
-- specification's form, which names the user. One message for every reason.
CREATE OR REPLACE FUNCTION core.accept_invitation(token text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  invitation core.invitations;
  joined uuid;
BEGIN
  DELETE FROM core.invitations i USING core.users u
   WHERE i.token_hash = sha256(convert_to(token, 'UTF8')) AND i.expires_at > now()
     AND u.id = auth.uid() AND lower(u.email) = i.email AND u.deleted_at IS NULL
  RETURNING i.* INTO invitation;
  IF FOUND THEN
    INSERT INTO core.organization_members AS m (organization_id, user_id, role, invited_by, invited_at, accepted_at)
    SELECT invitation.organization_id, auth.uid(), invitation.role,
           (SELECT u.id FROM core.users u WHERE u.id = invitation.invited_by), invitation.invited_at, now()
    ON CONFLICT (organization_id, user_id) DO UPDATE
      SET accepted_at = now(), status = 'active', invitation_token = NULL,
          role = CASE WHEN m.role = 'owner' THEN m.role ELSE excluded.role END
    RETURNING organization_id INTO joined;
    RETURN joined;
  END IF;
  UPDATE core.organization_members SET accepted_at = now(), invitation_token = NULL
   WHERE invitation_token = token AND user_id = auth.uid() AND accepted_at IS NULL AND invitation_expires_at > now()
  RETURNING organization_id INTO joined;
  IF joined IS NULL THEN
    RAISE insufficient_privilege USING MESSAGE = 'the invitation is unknown, another''s or expired';
  END IF;
  RETURN joined;
END $$;

-- What was given can be taken back, by who gave it.
CREATE FUNCTION core.leave_organization() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM core.organization_members WHERE organization_id = auth.current_org() AND user_id = auth.uid() AND role <> 'owner';
  IF NOT FOUND THEN
    RAISE insufficient_privilege USING MESSAGE = 'an owner gives the organization away first; others are no members of it';
  END IF;
END $$;
COMMENT ON FUNCTION core.leave_organization() IS 'Ends the user''s membership in this tenant, and with it what its members see of the user';

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
   WHERE organization_id = org AND user_id = new_owner AND status = 'active' AND accepted_at IS NOT NULL;
  IF NOT FOUND THEN
    RAISE no_data_found USING MESSAGE = 'the new owner is no active member';
  END IF;
END $$;

-- Oneself, whole: the masked columns are masked from others, and a grant cannot tell whose row it is.
CREATE FUNCTION core.my_profile() RETURNS SETOF core.users
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp ROWS 1 AS $$
  SELECT * FROM core.users WHERE id = auth.uid()
$$;
COMMENT ON FUNCTION core.my_profile() IS 'The user of this transaction, with the columns that others do not see';

-- Who has left is asked again. Administrators end a membership, and its user begins it.
CREATE FUNCTION ops.guard_membership() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE insufficient_privilege USING MESSAGE = 'a membership that has ended begins again by an invitation';
END $$;
CREATE TRIGGER guard_membership BEFORE UPDATE OF status ON core.organization_members FOR EACH ROW
  WHEN (row_security_active('core.organization_members') AND NEW.status = 'active' AND OLD.status <> 'active')
  EXECUTE FUNCTION ops.guard_membership();

REVOKE INSERT ON core.organization_members FROM olympus_app;
REVOKE SELECT ON core.users FROM olympus_app, olympus_readonly;
DO $$
DECLARE
  target text;
  readable text;
BEGIN
  FOREACH target IN ARRAY ARRAY['core.users', 'core.organization_members', 'core.invitations'] LOOP
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO readable FROM pg_attribute
     WHERE attrelid = target::regclass AND attnum > 0 AND NOT attisdropped AND attname <> ALL (ops.masked_columns(target));
    EXECUTE format('GRANT SELECT (%s) ON %s TO olympus_app, olympus_readonly', readable, target);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON core.invitations TO olympus_service;
GRANT EXECUTE ON FUNCTION core.invite_member(text, core.member_role, interval), core.withdraw_invitation(text), core.leave_organization(),
  core.my_profile() TO olympus_app, olympus_service;
GRANT EXECUTE ON FUNCTION core.my_profile() TO olympus_readonly;
GRANT EXECUTE ON FUNCTION ops.masked_columns(text) TO olympus_service;

-- D13, and what is masked stays masked: that it changed is shown, and not to what.
CREATE FUNCTION ops.mask(target text, image jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT image || coalesce((SELECT jsonb_object_agg(key, '(masked)') FROM jsonb_each(image)
                             WHERE key = ANY (ops.masked_columns(target)) AND value <> 'null'), '{}')
$$;
COMMENT ON FUNCTION ops.mask(text, jsonb) IS 'A row of a table, or part of one, without the values of its masked columns';
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
  IF cardinality(ops.masked_columns(TG_ARGV[0])) > 0 THEN
    before := ops.mask(TG_ARGV[0], before);
    after := ops.mask(TG_ARGV[0], after);
  END IF;
  INSERT INTO audit.logs (organization_id, user_id, action, table_name, record_id, old_values, new_values)
  VALUES (CASE TG_ARGV[0] WHEN 'core.organizations' THEN row_id ELSE tenant END, auth.uid(), what, TG_ARGV[0], row_id, before, after);
  RETURN NULL;
END $$;

UPDATE audit.logs SET old_values = ops.mask(table_name, old_values), new_values = ops.mask(table_name, new_values)
 WHERE cardinality(ops.masked_columns(table_name)) > 0;
