-- what: one answer for "not yours" and "not there": triggers that look past the policies, and keys that are unique across tenants
--
-- A BEFORE trigger runs before the policy's WITH CHECK. One that reads as its owner answered for rows of others: with
-- 42501 where they exist and 23503 where not. So it runs for the caller's own tenant only, which its WHEN asks as the
-- caller; a row of any other tenant goes on to the policy, whose answer is the same for all. Inside the tenant, what is
-- looked up is looked up with the tenant.
SET LOCAL ROLE olympus_owner;

DROP TRIGGER number_order ON core.orders;
CREATE TRIGGER number_order BEFORE INSERT ON core.orders FOR EACH ROW
  WHEN (NEW.order_number IS NULL AND (NOT row_security_active('core.orders') OR NEW.organization_id = auth.current_org()))
  EXECUTE FUNCTION ops.number_order();

DROP TRIGGER category_path ON core.categories;
CREATE TRIGGER category_path BEFORE INSERT OR UPDATE OF parent_id ON core.categories FOR EACH ROW
  WHEN (NOT row_security_active('core.categories') OR NEW.organization_id = auth.current_org())
  EXECUTE FUNCTION ops.category_path();

CREATE OR REPLACE FUNCTION ops.guard_stock() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM core.products p
     WHERE p.inventory_policy = 'continue' AND p.organization_id = NEW.organization_id
       AND p.id = coalesce(NEW.product_id, (
         SELECT v.product_id FROM core.product_variants v WHERE v.organization_id = NEW.organization_id AND v.id = NEW.variant_id))
  ) THEN
    RAISE EXCEPTION 'not enough stock: % would be available', NEW.available
      USING ERRCODE = 'OL001', HINT = 'The product''s inventory_policy is deny.';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER guard_stock ON core.inventory_levels;
CREATE TRIGGER guard_stock BEFORE INSERT OR UPDATE OF available ON core.inventory_levels FOR EACH ROW
  WHEN (NEW.available < 0 AND (NOT row_security_active('core.inventory_levels') OR NEW.organization_id = auth.current_org()))
  EXECUTE FUNCTION ops.guard_stock();

CREATE OR REPLACE FUNCTION ops.apply_stock_delta() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  tenant uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.organization_id ELSE NEW.organization_id END;
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
       WHERE organization_id = tenant AND id = delta.variant RETURNING product_id INTO delta.product;
    END IF;
    UPDATE core.products SET inventory_quantity = inventory_quantity + delta.quantity
     WHERE organization_id = tenant AND id = delta.product;
  END LOOP;
  RETURN NULL;
END $$;

-- No foreign key: the trail outlives the level. But it begins at one of its own tenant.
CREATE FUNCTION ops.guard_movement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM core.inventory_levels WHERE organization_id = NEW.organization_id AND id = NEW.inventory_level_id) THEN
    RAISE foreign_key_violation USING MESSAGE = 'the stock level is not of this organization';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_movement BEFORE INSERT ON core.inventory_movements FOR EACH ROW
  WHEN (NOT row_security_active('core.inventory_movements') OR NEW.organization_id = auth.current_org())
  EXECUTE FUNCTION ops.guard_movement();

-- A customer of the tenant: the user themselves, a member, or somebody who has ordered here. Anybody else's order is
-- linked by who knows them: background jobs, whom no policy binds. Looking through all months costs as much as half an
-- insert, so who was found there is remembered; in statements of their own, for an OR would open every month's index.
CREATE TABLE ops.customers (
  organization_id uuid NOT NULL REFERENCES core.organizations ON DELETE CASCADE,
  user_id         uuid NOT NULL REFERENCES core.users ON DELETE CASCADE,
  PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX idx_customers_user ON ops.customers (user_id);
COMMENT ON TABLE ops.customers IS 'Users who were found to have ordered from a tenant; remembered by ops.guard_customer()';
COMMENT ON INDEX ops.idx_customers_user IS 'serves the foreign key customers_user_id_fkey';
CREATE FUNCTION ops.guard_customer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.user_id = auth.uid() THEN
    RETURN NEW;
  END IF;
  PERFORM FROM ops.customers c WHERE c.organization_id = NEW.organization_id AND c.user_id = NEW.user_id;
  IF FOUND THEN
    RETURN NEW;
  END IF;
  PERFORM FROM core.organization_members m
    WHERE m.organization_id = NEW.organization_id AND m.user_id = NEW.user_id AND m.accepted_at IS NOT NULL;
  IF FOUND THEN
    RETURN NEW;
  END IF;
  PERFORM FROM core.orders o WHERE o.user_id = NEW.user_id AND o.organization_id = NEW.organization_id LIMIT 1;
  IF NOT FOUND THEN
    RAISE insufficient_privilege USING MESSAGE = 'the customer is not of this organization';
  END IF;
  INSERT INTO ops.customers VALUES (NEW.organization_id, NEW.user_id) ON CONFLICT DO NOTHING;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_customer BEFORE INSERT ON core.orders FOR EACH ROW
  WHEN (NEW.user_id IS NOT NULL AND row_security_active('core.orders') AND NEW.organization_id = auth.current_org())
  EXECUTE FUNCTION ops.guard_customer();

-- Whoever writes signs, with no name but their own: a foreign key would say which users exist.
CREATE FUNCTION ops.guard_author() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE insufficient_privilege USING MESSAGE = 'a change is signed by the user who makes it';
END $$;
CREATE TRIGGER guard_author BEFORE INSERT ON core.products FOR EACH ROW
  WHEN (row_security_active('core.products')
    AND (coalesce(NEW.created_by <> auth.uid(), false) OR coalesce(NEW.updated_by <> auth.uid(), false)))
  EXECUTE FUNCTION ops.guard_author();
CREATE TRIGGER guard_author_of_change BEFORE UPDATE OF updated_by ON core.products FOR EACH ROW
  WHEN (row_security_active('core.products') AND NEW.updated_by IS DISTINCT FROM OLD.updated_by AND NEW.updated_by <> auth.uid())
  EXECUTE FUNCTION ops.guard_author();
CREATE TRIGGER guard_author BEFORE INSERT ON core.inventory_movements FOR EACH ROW
  WHEN (row_security_active('core.inventory_movements') AND NEW.performed_by <> auth.uid())
  EXECUTE FUNCTION ops.guard_author();

-- A primary key is unique across tenants: whoever chooses it learns from 23505 that another has it.
REVOKE INSERT (id) ON core.categories, core.products, core.product_variants, core.orders, core.order_items,
  core.inventory_locations, core.inventory_levels, core.inventory_movements FROM olympus_app;
