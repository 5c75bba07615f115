-- what: the seven triggers of the specification (B7), corrected
SET LOCAL ROLE olympus_owner;

-- 1. updated_at. Triggers of a partitioned table are inherited: looping over partitions too made the specification's
-- own block fail and roll back, so that there was no such trigger at all.
CREATE FUNCTION ops.set_updated_at() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END $$;

DO $$
DECLARE
  target regclass;
BEGIN
  FOR target IN
    SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'updated_at'
     WHERE c.relnamespace = 'core'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND c.oid <> 'core.products'::regclass
     ORDER BY c.relname
  LOOP
    EXECUTE format('CREATE TRIGGER set_updated_at BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION ops.set_updated_at()', target);
  END LOOP;
END $$;
-- On products, what the stock trigger writes (depth > 0, another quantity) is derived and no edit.
CREATE TRIGGER set_updated_at BEFORE UPDATE ON core.products FOR EACH ROW
  WHEN (pg_trigger_depth() = 0 OR OLD.inventory_quantity = NEW.inventory_quantity) EXECUTE FUNCTION ops.set_updated_at();

-- 2. Optimistic version (D11). Both ways of saying it are understood: SET version = <as read>, and
-- SET version = version + 1 WHERE version = <as read>. A stale version has an SQLSTATE of its own.
CREATE FUNCTION ops.increment_version() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.version NOT IN (OLD.version, OLD.version + 1) THEN
    RAISE EXCEPTION 'stale version % of %.%: it is %', NEW.version, TG_TABLE_SCHEMA, TG_TABLE_NAME, OLD.version
      USING ERRCODE = 'OL409', HINT = 'Read the row again and repeat the change.';
  END IF;
  NEW.version := OLD.version + 1;
  RETURN NEW;
END $$;
CREATE TRIGGER increment_version BEFORE UPDATE ON core.products FOR EACH ROW
  WHEN (pg_trigger_depth() = 0 OR OLD.inventory_quantity = NEW.inventory_quantity) EXECUTE FUNCTION ops.increment_version();
CREATE TRIGGER increment_version BEFORE UPDATE ON core.organizations FOR EACH ROW EXECUTE FUNCTION ops.increment_version();
CREATE TRIGGER increment_version BEFORE UPDATE ON core.users FOR EACH ROW EXECUTE FUNCTION ops.increment_version();

-- 3. Soft delete (D12). Only of a statement itself (depth 0): cascades really delete, so nothing is orphaned. The first
-- deleted_at stays. The statement still reports DELETE 0: core.soft_delete_product() tells the truth.
CREATE FUNCTION ops.soft_delete() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF current_setting('app.hard_delete', true) = 'on' AND pg_has_role(current_user, 'olympus_service', 'MEMBER') THEN
    RETURN OLD;
  END IF;
  EXECUTE format('UPDATE %I.%I SET deleted_at = now() WHERE id = $1 AND deleted_at IS NULL', TG_TABLE_SCHEMA, TG_TABLE_NAME)
    USING OLD.id;
  RETURN NULL;
END $$;
CREATE TRIGGER soft_delete BEFORE DELETE ON core.products FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ops.soft_delete();
CREATE TRIGGER soft_delete BEFORE DELETE ON core.categories FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ops.soft_delete();

-- D5: policies see no OLD row, so who may delete by UPDATE, or bring back, is checked here.
CREATE FUNCTION ops.guard_deleted_at() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF auth.uid() IS NOT NULL AND auth.current_rank() < auth.role_rank('admin') THEN
    RAISE insufficient_privilege USING MESSAGE = 'only an admin deletes or restores';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_deleted_at BEFORE UPDATE OF deleted_at ON core.products FOR EACH ROW
  WHEN (OLD.deleted_at IS DISTINCT FROM NEW.deleted_at) EXECUTE FUNCTION ops.guard_deleted_at();
CREATE TRIGGER guard_deleted_at BEFORE UPDATE OF deleted_at ON core.categories FOR EACH ROW
  WHEN (OLD.deleted_at IS DISTINCT FROM NEW.deleted_at) EXECUTE FUNCTION ops.guard_deleted_at();

-- 4. Audit (D13): the root table's name by argument, the tenant, and of an update only the columns that differ.
CREATE FUNCTION ops.audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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

DO $$
DECLARE
  target text;
BEGIN
  FOREACH target IN ARRAY ARRAY['core.organizations', 'core.organization_members', 'core.products', 'core.orders', 'core.order_items'] LOOP
    EXECUTE format('CREATE TRIGGER audit_row AFTER INSERT OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION ops.audit(%L)', target, target);
    EXECUTE format('CREATE TRIGGER audit_change AFTER UPDATE ON %s FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*%s) EXECUTE FUNCTION ops.audit(%L)',
      target,
      CASE target WHEN 'core.products' THEN ' AND (pg_trigger_depth() = 0 OR OLD.inventory_quantity = NEW.inventory_quantity)' ELSE '' END,
      target);
  END LOOP;
END $$;

-- 5. Stock (D14): by differences, never by SUM(), so that two writers at two locations both count.
CREATE FUNCTION ops.apply_stock_delta() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  delta record;
BEGIN
  FOR delta IN -- in one order for everybody: no deadlock
    SELECT changed.product, changed.variant, sum(changed.quantity)::integer AS quantity
      FROM (
        SELECT NEW.product_id AS product, NEW.variant_id AS variant, NEW.available AS quantity WHERE TG_OP <> 'DELETE'
        UNION ALL
        SELECT OLD.product_id, OLD.variant_id, -OLD.available WHERE TG_OP <> 'INSERT'
      ) AS changed
     GROUP BY 1, 2 HAVING sum(changed.quantity) <> 0 ORDER BY 1, 2
  LOOP
    IF delta.variant IS NOT NULL THEN
      UPDATE core.product_variants SET inventory_quantity = inventory_quantity + delta.quantity
       WHERE id = delta.variant RETURNING product_id INTO delta.product;
    END IF;
    UPDATE core.products SET inventory_quantity = inventory_quantity + delta.quantity WHERE id = delta.product;
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER apply_stock_delta AFTER INSERT OR DELETE OR UPDATE OF available, product_id, variant_id ON core.inventory_levels
  FOR EACH ROW EXECUTE FUNCTION ops.apply_stock_delta();

CREATE FUNCTION ops.guard_stock() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM core.products p
     WHERE p.inventory_policy = 'continue'
       AND p.id = coalesce(NEW.product_id, (SELECT v.product_id FROM core.product_variants v WHERE v.id = NEW.variant_id))
  ) THEN
    RAISE EXCEPTION 'not enough stock: % would be available', NEW.available
      USING ERRCODE = 'OL001', HINT = 'The product''s inventory_policy is deny.';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_stock BEFORE INSERT OR UPDATE OF available ON core.inventory_levels
  FOR EACH ROW WHEN (NEW.available < 0) EXECUTE FUNCTION ops.guard_stock();

-- 6. Order numbers (D6): one counter a tenant and month, the month of created_at in UTC. Without gaps: a rollback takes
-- its number back. The price: a tenant's inserts of one month wait for each other until commit.
CREATE FUNCTION ops.next_order_number(org uuid, at timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  prefix text;
  month text := to_char(at AT TIME ZONE 'UTC', 'YYYYMM');
  number bigint;
BEGIN
  SELECT upper(regexp_replace(left(slug, 3), '[^a-z0-9]', '', 'g')) INTO prefix FROM core.organizations WHERE id = org;
  IF NOT FOUND THEN
    RAISE foreign_key_violation USING MESSAGE = 'unknown organization';
  END IF;
  INSERT INTO core.order_counters AS counter VALUES (org, month, 1)
    ON CONFLICT (organization_id, period) DO UPDATE SET last_value = counter.last_value + 1
    RETURNING last_value INTO number;
  RETURN format('%s-%s-%s', prefix, month, lpad(number::text, greatest(5, length(number::text)), '0')); -- lpad() truncates
END $$;
CREATE FUNCTION ops.number_order() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.order_number := ops.next_order_number(NEW.organization_id, NEW.created_at);
  RETURN NEW;
END $$;
CREATE TRIGGER number_order BEFORE INSERT ON core.orders FOR EACH ROW WHEN (NEW.order_number IS NULL) EXECUTE FUNCTION ops.number_order();

-- 7. Category paths (D15). Edits of one tenant's tree come one after the other. The lock is taken by the statement,
-- before any row: taken by a row's trigger, the mover of a parent and the mover of its child would hold each other's
-- rows. Who is bound to no tenant locks all of them.
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
CREATE FUNCTION ops.category_path() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  parent record;
BEGIN
  IF NEW.parent_id IS NULL THEN
    NEW.path := NEW.id::text;
    NEW.depth := 0;
    RETURN NEW;
  END IF;
  SELECT path, depth INTO parent FROM core.categories WHERE organization_id = NEW.organization_id AND id = NEW.parent_id;
  IF NOT FOUND THEN
    RAISE foreign_key_violation USING MESSAGE = 'the parent category is not of this organization';
  END IF;
  IF NEW.id::text = ANY (string_to_array(parent.path, '/')) THEN
    RAISE check_violation USING MESSAGE = 'a category cannot be below itself', CONSTRAINT = 'categories_no_cycle';
  END IF;
  NEW.path := parent.path || '/' || NEW.id::text;
  NEW.depth := parent.depth + 1;
  RETURN NEW;
END $$;
CREATE FUNCTION ops.move_subcategories() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE core.categories SET path = NEW.path || substr(path, length(OLD.path) + 1), depth = depth + NEW.depth - OLD.depth
   WHERE organization_id = NEW.organization_id AND path >= OLD.path || '/' AND path < OLD.path || '0'; -- '0' follows '/'
  RETURN NULL;
END $$;
CREATE TRIGGER lock_category_tree BEFORE INSERT OR UPDATE OF parent_id ON core.categories
  FOR EACH STATEMENT EXECUTE FUNCTION ops.lock_category_tree();
CREATE TRIGGER category_path BEFORE INSERT OR UPDATE OF parent_id ON core.categories
  FOR EACH ROW EXECUTE FUNCTION ops.category_path();
CREATE TRIGGER move_subcategories AFTER UPDATE OF parent_id ON core.categories
  FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION ops.move_subcategories();
