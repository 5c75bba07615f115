-- what: what one tenant can do to the others on a server and a login that all of them share
--
-- Table-wide DELETE lets LOCK TABLE take ACCESS EXCLUSIVE: one tenant stops all. Advisory locks have no owner, sessions
-- of one login see and end each other, large objects have no policies. Each is taken back here; what PostgreSQL gives
-- nobody a way to take back is in docs/schema.md, "What row-level security does not keep".

-- Functions of the catalogue are granted to everybody by initdb. These stay with who runs the database. Without
-- superuser rights PostgreSQL warns and leaves them as they are; ./olympus policies --attack then says so.
DO $$
DECLARE
  rule record;
  target regprocedure;
BEGIN
  FOR rule IN
    SELECT * FROM (VALUES
      ('^pg_(try_)?advisory_(xact_)?(lock|unlock)', 'olympus_owner, olympus_service'),
      ('^(lo_|loread$|lowrite$)', 'olympus_owner, olympus_service'),
      ('^pg_(terminate|cancel)_backend$', 'olympus_owner, olympus_service, pg_signal_backend'),
      ('^(pg_stat_get_activity|pg_stat_get_backend_.*|pg_lock_status|pg_blocking_pids|pg_safe_snapshot_blocking_pids)$',
        'olympus_owner, olympus_service, pg_monitor')
    ) AS rules (functions, keepers)
  LOOP
    FOR target IN
      SELECT oid FROM pg_proc
       WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ rule.functions
         AND EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee = 0) -- lo_import() is nobody's
    LOOP
      EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', target);
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s', target, rule.keepers);
    END LOOP;
  END LOOP;
END $$;
REVOKE SELECT ON pg_catalog.pg_stat_activity, pg_catalog.pg_locks FROM PUBLIC;
GRANT SELECT ON pg_catalog.pg_stat_activity, pg_catalog.pg_locks TO olympus_owner, olympus_service, pg_monitor;

-- Texts of other tenants' statements: to pg_stat_statements they are one login's.
DO $$
DECLARE
  target record;
BEGIN
  FOR target IN
    SELECT CASE d.classid WHEN 'pg_proc'::regclass THEN 'FUNCTION ' || d.objid::regprocedure ELSE 'TABLE ' || d.objid::regclass END AS object
      FROM pg_extension e
      JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
     WHERE e.extname = 'pg_stat_statements' AND d.classid IN ('pg_proc'::regclass, 'pg_class'::regclass)
  LOOP
    CONTINUE WHEN target.object LIKE 'FUNCTION%reset%'; -- nobody's by its extension
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', target.object);
    EXECUTE format('GRANT %s ON %s TO olympus_owner, olympus_service, pg_monitor',
      CASE WHEN target.object LIKE 'FUNCTION%' THEN 'EXECUTE' ELSE 'SELECT' END, target.object);
  END LOOP;
END $$;

SET LOCAL ROLE olympus_owner;

-- Rows leave by functions, and no role of an application holds a right on a table whole but SELECT.
REVOKE DELETE ON core.categories, core.products, core.product_variants, core.order_items, core.inventory_locations,
  core.inventory_levels, core.organization_members FROM olympus_app;

CREATE FUNCTION ops.delete_own(target regclass, needed text, row_id uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  gone bigint;
BEGIN
  IF auth.current_rank() < auth.role_rank(needed) THEN
    RAISE insufficient_privilege USING MESSAGE = format('only a %s and above deletes this', needed);
  END IF;
  EXECUTE format('DELETE FROM %s WHERE organization_id = $1 AND id = $2', target) USING auth.current_org(), row_id;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone > 0;
END $$;
COMMENT ON FUNCTION ops.delete_own(regclass, text, uuid) IS 'Deletes a row of the caller''s tenant; whether there was one';

CREATE FUNCTION core.delete_category(category uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF auth.current_rank() < auth.role_rank('admin') THEN
    RAISE insufficient_privilege USING MESSAGE = 'only an admin deletes or restores';
  END IF;
  UPDATE core.categories SET deleted_at = now() WHERE organization_id = auth.current_org() AND id = category AND deleted_at IS NULL;
  RETURN FOUND;
END $$;
CREATE FUNCTION core.delete_variant(variant uuid) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT ops.delete_own('core.product_variants', 'admin', variant) $$;
CREATE FUNCTION core.delete_order_item(item uuid) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT ops.delete_own('core.order_items', 'member', item) $$;
CREATE FUNCTION core.delete_location(location uuid) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT ops.delete_own('core.inventory_locations', 'admin', location) $$;
CREATE FUNCTION core.delete_level(level uuid) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$ SELECT ops.delete_own('core.inventory_levels', 'admin', level) $$;
CREATE FUNCTION core.remove_member(member uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF auth.current_rank() < auth.role_rank('admin') THEN
    RAISE insufficient_privilege USING MESSAGE = 'only an admin removes a member';
  END IF;
  DELETE FROM core.organization_members
   WHERE organization_id = auth.current_org() AND user_id = member AND auth.role_rank(role) < auth.current_rank();
  RETURN FOUND;
END $$;
COMMENT ON FUNCTION core.delete_category(uuid) IS 'Deletes a category of this tenant softly; false if there was none';
COMMENT ON FUNCTION core.delete_variant(uuid) IS 'Deletes a variant of this tenant; false if there was none';
COMMENT ON FUNCTION core.delete_order_item(uuid) IS 'Deletes an item of an order of this tenant; false if there was none';
COMMENT ON FUNCTION core.delete_location(uuid) IS 'Deletes a location of this tenant with its stock levels; false if there was none';
COMMENT ON FUNCTION core.delete_level(uuid) IS 'Deletes a stock level of this tenant; false if there was none';
COMMENT ON FUNCTION core.remove_member(uuid) IS 'Ends the membership of somebody of a lower role; false if there was none';

-- B6 lets an owner delete the organization. Softly: its orders are kept (ON DELETE RESTRICT), and nobody is a member of
-- it any more, for memberships of a deleted organization do not count.
CREATE FUNCTION core.delete_organization() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF auth.current_rank() < auth.role_rank('owner') THEN
    RAISE insufficient_privilege USING MESSAGE = 'only the owner deletes the organization';
  END IF;
  UPDATE core.organizations SET deleted_at = now(), status = 'deleted' WHERE id = auth.current_org();
END $$;
COMMENT ON FUNCTION core.delete_organization() IS 'Deletes this tenant softly; only its owner may';

GRANT EXECUTE ON FUNCTION core.delete_category(uuid), core.delete_variant(uuid), core.delete_order_item(uuid), core.delete_location(uuid),
  core.delete_level(uuid), core.remove_member(uuid), core.delete_organization() TO olympus_app, olympus_service;
GRANT EXECUTE ON FUNCTION ops.delete_own(regclass, text, uuid) TO olympus_service;

-- Edits of one tenant's tree still come one after the other: by the row of the organization, which nobody else can
-- lock, where an advisory lock was anybody's who knew its name, and pg_locks said it. Who is bound to no tenant locks
-- all of them.
CREATE TABLE ops.category_edits ();
COMMENT ON TABLE ops.category_edits IS 'Locked, never filled: ROW SHARE by edits of one tenant''s categories, EXCLUSIVE by edits of all';
DROP TRIGGER lock_category_tree ON core.categories;
DROP FUNCTION ops.lock_category_tree();
CREATE FUNCTION ops.lock_category_tree() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  LOCK TABLE ops.category_edits IN ROW SHARE MODE;
  PERFORM FROM core.organizations WHERE id = auth.current_org() FOR NO KEY UPDATE;
  RETURN NULL;
END $$;
CREATE FUNCTION ops.lock_category_trees() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  LOCK TABLE ops.category_edits IN EXCLUSIVE MODE;
  RETURN NULL;
END $$;
CREATE TRIGGER lock_category_tree BEFORE INSERT OR UPDATE OF parent_id ON core.categories FOR EACH STATEMENT
  WHEN (row_security_active('core.categories')) EXECUTE FUNCTION ops.lock_category_tree();
CREATE TRIGGER lock_category_trees BEFORE INSERT OR UPDATE OF parent_id ON core.categories FOR EACH STATEMENT
  WHEN (NOT row_security_active('core.categories')) EXECUTE FUNCTION ops.lock_category_trees();
