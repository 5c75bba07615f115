-- what: the specification's audit trigger (B7, 4) on products and orders
--
-- D13: the whole old row at every update, the name of the partition instead of the table, no tenant, and a row for an
-- update that changed nothing but updated_at.
CREATE FUNCTION ops.spec_audit_log() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  old_data jsonb;
  new_data jsonb;
  changed_fields jsonb;
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO audit.logs (user_id, action, table_name, record_id, new_values, created_at)
    VALUES (auth.uid(), 'INSERT', TG_TABLE_NAME, NEW.id, to_jsonb(NEW), now());
  ELSIF TG_OP = 'UPDATE' THEN
    old_data := to_jsonb(OLD);
    new_data := to_jsonb(NEW);
    SELECT jsonb_object_agg(key, value) INTO changed_fields FROM jsonb_each(new_data) WHERE new_data -> key IS DISTINCT FROM old_data -> key;
    IF changed_fields IS NOT NULL AND changed_fields <> '{}' THEN
      INSERT INTO audit.logs (user_id, action, table_name, record_id, old_values, new_values, created_at)
      VALUES (auth.uid(), 'UPDATE', TG_TABLE_NAME, NEW.id, old_data, changed_fields, now());
    END IF;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO audit.logs (user_id, action, table_name, record_id, old_values, created_at)
    VALUES (auth.uid(), 'DELETE', TG_TABLE_NAME, OLD.id, to_jsonb(OLD), now());
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
ALTER FUNCTION ops.spec_audit_log() OWNER TO olympus_owner;
DROP TRIGGER audit_row ON core.products;
DROP TRIGGER audit_change ON core.products;
DROP TRIGGER audit_row ON core.orders;
DROP TRIGGER audit_change ON core.orders;
CREATE TRIGGER audit_products AFTER INSERT OR UPDATE OR DELETE ON core.products FOR EACH ROW EXECUTE FUNCTION ops.spec_audit_log();
CREATE TRIGGER audit_orders AFTER INSERT OR UPDATE OR DELETE ON core.orders FOR EACH ROW EXECUTE FUNCTION ops.spec_audit_log();
