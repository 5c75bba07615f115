-- what: who is asking, and for which tenant
--
-- A request sets its identity inside its transaction (a pooler's next client must not inherit it, D22):
--   SELECT set_config('request.jwt.claim.sub', $user, true), set_config('app.org_id', $organization, true)
-- D10: definer functions have their search_path pinned. They belong to olympus_owner, whose BYPASSRLS keeps a policy
-- that calls them from recursing into itself (D8).
SET LOCAL ROLE olympus_owner;

CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
                  nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
$$;
COMMENT ON FUNCTION auth.uid() IS 'The user of this transaction, or NULL';

-- D7: an invitation that nobody accepted gives nothing.
CREATE FUNCTION auth.user_organizations() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(m.organization_id), '{}')
    FROM core.organization_members m
    JOIN core.organizations o ON o.id = m.organization_id AND o.deleted_at IS NULL
   WHERE m.user_id = auth.uid() AND m.status = 'active' AND (m.invitation_token IS NULL OR m.accepted_at IS NOT NULL)
$$;
COMMENT ON FUNCTION auth.user_organizations() IS 'Every organization that the user is an active, accepted member of';

CREATE FUNCTION auth.current_org() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT m.organization_id
    FROM core.organization_members m
    JOIN core.organizations o ON o.id = m.organization_id AND o.deleted_at IS NULL
   WHERE m.organization_id = nullif(current_setting('app.org_id', true), '')::uuid
     AND m.user_id = auth.uid() AND m.status = 'active' AND (m.invitation_token IS NULL OR m.accepted_at IS NOT NULL)
$$;
COMMENT ON FUNCTION auth.current_org() IS 'The tenant of this transaction if the user is an active, accepted member of it, else NULL';

CREATE FUNCTION auth.role_rank(role text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(array_position(ARRAY['viewer', 'member', 'manager', 'admin', 'owner'], role), 0)
$$;
COMMENT ON FUNCTION auth.role_rank(text) IS 'viewer 1, member 2, manager 3, admin 4, owner 5; anything else 0';

CREATE FUNCTION auth.user_role(org_id uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT m.role FROM core.organization_members m
   WHERE m.user_id = auth.uid() AND m.organization_id = org_id AND m.status = 'active'
     AND (m.invitation_token IS NULL OR m.accepted_at IS NOT NULL)
$$;
COMMENT ON FUNCTION auth.user_role(uuid) IS 'The user''s role in an organization, or NULL';

CREATE FUNCTION auth.has_permission(org_id uuid, required_role text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(auth.role_rank(auth.user_role(org_id)) >= nullif(auth.role_rank(required_role), 0), false)
$$;
COMMENT ON FUNCTION auth.has_permission(uuid, text) IS 'Whether the user''s role in an organization is at least the required one';

CREATE FUNCTION auth.current_rank() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT auth.role_rank(auth.user_role(auth.current_org()))
$$;
COMMENT ON FUNCTION auth.current_rank() IS 'Rank of the user''s role in the tenant of this transaction; 0 without one';
