-- what: what an application does through functions, because policies alone cannot say it
SET LOCAL ROLE olympus_owner;

-- D2: nobody can be a member of an organization that does not exist yet, so no policy lets it be made.
CREATE FUNCTION core.create_organization(org_name text, org_slug text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  made uuid;
BEGIN
  IF auth.uid() IS NULL THEN
    RAISE insufficient_privilege USING MESSAGE = 'only a known user makes an organization';
  END IF;
  INSERT INTO core.organizations (name, slug) VALUES (org_name, org_slug) RETURNING id INTO made;
  INSERT INTO core.organization_members (organization_id, user_id, role, accepted_at) VALUES (made, auth.uid(), 'owner', now());
  RETURN made;
END $$;
COMMENT ON FUNCTION core.create_organization(text, text) IS 'Makes an organization; the user of this transaction owns it';

CREATE FUNCTION core.accept_invitation(token text) RETURNS uuid
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
COMMENT ON FUNCTION core.accept_invitation(text) IS 'Accepts an invitation of this user that has not expired (D7)';

-- In two statements: a unique index is checked row by row, so one statement that swaps the roles trips idx_org_members_owner.
CREATE FUNCTION core.transfer_ownership(new_owner uuid) RETURNS void
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
COMMENT ON FUNCTION core.transfer_ownership(uuid) IS 'Makes another active member the owner of this tenant';

-- D12: says whether it deleted.
CREATE FUNCTION core.soft_delete_product(product uuid) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF auth.current_rank() < auth.role_rank('admin') THEN
    RAISE insufficient_privilege USING MESSAGE = 'only an admin deletes or restores';
  END IF;
  UPDATE core.products SET deleted_at = now() WHERE id = product AND deleted_at IS NULL;
  RETURN FOUND;
END $$;
COMMENT ON FUNCTION core.soft_delete_product(uuid) IS 'Deletes a product of this tenant softly; false if there was none';

-- Runs as the caller: row-level security applies.
CREATE FUNCTION core.record_movement(
  level uuid, kind text, delta integer, why text DEFAULT NULL, reference_kind text DEFAULT NULL, reference uuid DEFAULT NULL
) RETURNS integer LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  level_now record;
BEGIN
  UPDATE core.inventory_levels SET available = available + delta WHERE id = level
    RETURNING organization_id, available INTO level_now;
  IF NOT FOUND THEN
    RAISE no_data_found USING MESSAGE = 'no such stock level';
  END IF;
  INSERT INTO core.inventory_movements (organization_id, inventory_level_id, movement_type, quantity,
    previous_quantity, new_quantity, reference_type, reference_id, reason, performed_by)
  VALUES (level_now.organization_id, level, kind, delta, level_now.available - delta, level_now.available, reference_kind, reference, why, auth.uid());
  RETURN level_now.available;
END $$;
COMMENT ON FUNCTION core.record_movement(uuid, text, integer, text, text, uuid) IS
  'Changes a stock level and writes the movement; returns what is available. SQLSTATE OL001: not enough';

-- D19: @@ is not leakproof, so behind a policy the GIN index cannot be reached; this verifies the tenant and then searches.
CREATE FUNCTION core.search_products(query text, max_rows integer DEFAULT 20)
RETURNS TABLE (id uuid, name text, price_cents integer, rank real)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  tenant uuid := auth.current_org();
  wanted tsquery := websearch_to_tsquery('english', query);
BEGIN
  RETURN QUERY
    SELECT p.id, p.name, p.price_cents, ts_rank(p.search_vector, wanted) FROM core.products p
     WHERE p.organization_id = tenant AND p.search_vector @@ wanted AND p.status = 'active' AND p.deleted_at IS NULL
     ORDER BY 4 DESC, 1 LIMIT least(max_rows, 100);
END $$;
COMMENT ON FUNCTION core.search_products(text, integer) IS 'Full-text search over the active products of this tenant, best first, at most 100';
