SET LOCAL ROLE olympus_owner;
DO $$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT t.tgname, t.tgrelid::regclass AS target FROM pg_trigger t
     WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgfoid IN (SELECT oid FROM pg_proc WHERE pronamespace = 'ops'::regnamespace)
  LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', found.tgname, found.target);
  END LOOP;
END $$;
DROP FUNCTION ops.move_subcategories(), ops.category_path(), ops.lock_category_tree(), ops.number_order(),
  ops.next_order_number(uuid, timestamptz), ops.guard_stock(), ops.apply_stock_delta(), ops.audit(), ops.guard_deleted_at(),
  ops.soft_delete(), ops.increment_version(), ops.set_updated_at();
