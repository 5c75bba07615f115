-- what: rights on tables whole, and what initdb grants to everybody, as before
GRANT SELECT ON pg_catalog.pg_stat_activity, pg_catalog.pg_locks TO PUBLIC;
REVOKE SELECT ON pg_catalog.pg_stat_activity, pg_catalog.pg_locks FROM olympus_owner, olympus_service, pg_monitor;
DO $$
DECLARE
  target regprocedure;
BEGIN
  FOR target IN
    SELECT oid FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
       AND proname ~ '^(pg_(try_)?advisory_(xact_)?(lock|unlock)|lo_|loread$|lowrite$|pg_(terminate|cancel)_backend$|pg_stat_get_activity$|pg_stat_get_backend_|pg_lock_status$|pg_blocking_pids$|pg_safe_snapshot_blocking_pids$)'
       AND EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 'olympus_owner'::regrole)
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM olympus_owner, olympus_service, pg_monitor, pg_signal_backend', target);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', target);
  END LOOP;
END $$;
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
    CONTINUE WHEN target.object LIKE 'FUNCTION%reset%';
    EXECUTE format('REVOKE ALL ON %s FROM olympus_owner, olympus_service, pg_monitor', target.object);
    EXECUTE format('GRANT %s ON %s TO PUBLIC', CASE WHEN target.object LIKE 'FUNCTION%' THEN 'EXECUTE' ELSE 'SELECT' END, target.object);
  END LOOP;
END $$;
SET LOCAL ROLE olympus_owner;
GRANT DELETE ON core.categories, core.products, core.product_variants, core.order_items, core.inventory_locations,
  core.inventory_levels, core.organization_members TO olympus_app;
DROP FUNCTION core.delete_category(uuid), core.delete_variant(uuid), core.delete_order_item(uuid), core.delete_location(uuid),
  core.delete_level(uuid), core.remove_member(uuid), core.delete_organization(), ops.delete_own(regclass, text, uuid);
DROP TRIGGER lock_category_tree ON core.categories;
DROP TRIGGER lock_category_trees ON core.categories;
DROP FUNCTION ops.lock_category_tree(), ops.lock_category_trees();
DROP TABLE ops.category_edits;
CREATE FUNCTION ops.lock_category_tree() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  every_tree constant bigint := hashtextextended('categories', 0);
  tenant uuid := auth.current_org();
BEGIN
  IF tenant IS NULL OR (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) THEN
    PERFORM pg_advisory_xact_lock(every_tree);
  ELSE
    PERFORM pg_advisory_xact_lock_shared(every_tree);
    PERFORM pg_advisory_xact_lock(hashtextextended('categories:' || tenant::text, 0));
  END IF;
  RETURN NULL;
END $$;
GRANT EXECUTE ON FUNCTION ops.lock_category_tree() TO olympus_service;
CREATE TRIGGER lock_category_tree BEFORE INSERT OR UPDATE OF parent_id ON core.categories
  FOR EACH STATEMENT EXECUTE FUNCTION ops.lock_category_tree();
