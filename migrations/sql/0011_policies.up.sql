-- what: row-level security
--
-- One form everywhere: `column = (SELECT f())`. The subselect is an InitPlan, evaluated once a statement, and equality
-- keeps an index's order, which = ANY () does not. Enabled and forced on every table (D1, D2, D3, D9).
-- read: any member; write: member and above; delete: admin and above.
SET LOCAL ROLE olympus_owner;

DO $$
DECLARE
  target text;
BEGIN
  FOREACH target IN ARRAY ARRAY[
    'core.organizations', 'core.users', 'core.organization_members', 'core.categories', 'core.products', 'core.product_variants',
    'core.orders', 'core.order_counters', 'core.order_items', 'core.inventory_locations', 'core.inventory_levels',
    'core.inventory_movements', 'audit.logs', 'archive.orders', 'archive.order_items', 'archive.months'
  ] LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', target);
  END LOOP;
  FOREACH target IN ARRAY ARRAY['categories', 'products', 'product_variants', 'orders', 'order_items', 'inventory_locations', 'inventory_levels', 'inventory_movements'] LOOP
    EXECUTE format('CREATE POLICY tenant_select ON core.%I FOR SELECT TO olympus_app, olympus_readonly
      USING (organization_id = (SELECT auth.current_org()))', target);
    EXECUTE format('CREATE POLICY tenant_insert ON core.%I FOR INSERT TO olympus_app
      WITH CHECK (organization_id = (SELECT auth.current_org()) AND (SELECT auth.current_rank()) >= 2)', target);
    IF target <> 'inventory_movements' THEN -- a trail is only added to
      EXECUTE format('CREATE POLICY tenant_update ON core.%I FOR UPDATE TO olympus_app
        USING (organization_id = (SELECT auth.current_org()) AND (SELECT auth.current_rank()) >= 2)
        WITH CHECK (organization_id = (SELECT auth.current_org()))', target);
    END IF;
    IF target NOT IN ('orders', 'inventory_movements') THEN -- orders are cancelled, not deleted; items are edited away
      EXECUTE format('CREATE POLICY tenant_delete ON core.%I FOR DELETE TO olympus_app
        USING (organization_id = (SELECT auth.current_org()) AND (SELECT auth.current_rank()) >= %s)',
        target, CASE target WHEN 'order_items' THEN 2 ELSE 4 END);
    END IF;
  END LOOP;
END $$;

-- D4: permissive policies are OR-ed and USING tests the old row; so restrictive, and on the new row.
CREATE POLICY orders_cancel ON core.orders AS RESTRICTIVE FOR UPDATE TO olympus_app
  USING (true) WITH CHECK (status NOT IN ('cancelled', 'refunded') OR (SELECT auth.current_rank()) >= 3);

-- D2: the tables that the specification locked without giving anybody a key.
CREATE POLICY organizations_select ON core.organizations FOR SELECT TO olympus_app, olympus_readonly
  USING (id = ANY ((SELECT auth.user_organizations())::uuid[]));
CREATE POLICY organizations_update ON core.organizations FOR UPDATE TO olympus_app
  USING (id = (SELECT auth.current_org()) AND (SELECT auth.current_rank()) >= 5)
  WITH CHECK (id = (SELECT auth.current_org()));

CREATE POLICY members_select ON core.organization_members FOR SELECT TO olympus_app, olympus_readonly
  USING (organization_id = (SELECT auth.current_org()) OR user_id = (SELECT auth.uid()));
CREATE POLICY members_insert ON core.organization_members FOR INSERT TO olympus_app
  WITH CHECK (organization_id = (SELECT auth.current_org()) AND (SELECT auth.current_rank()) >= 4
    AND auth.role_rank(role) < (SELECT auth.current_rank()));
CREATE POLICY members_update ON core.organization_members FOR UPDATE TO olympus_app
  USING (organization_id = (SELECT auth.current_org()) AND (SELECT auth.current_rank()) >= 4
    AND auth.role_rank(role) < (SELECT auth.current_rank()))
  WITH CHECK (organization_id = (SELECT auth.current_org()) AND auth.role_rank(role) < (SELECT auth.current_rank()));
CREATE POLICY members_delete ON core.organization_members FOR DELETE TO olympus_app
  USING (organization_id = (SELECT auth.current_org()) AND (SELECT auth.current_rank()) >= 4
    AND auth.role_rank(role) < (SELECT auth.current_rank()));

CREATE POLICY users_select ON core.users FOR SELECT TO olympus_app, olympus_readonly
  USING (id = (SELECT auth.uid()) OR EXISTS (
    SELECT FROM core.organization_members m WHERE m.organization_id = (SELECT auth.current_org()) AND m.user_id = users.id));
CREATE POLICY users_update ON core.users FOR UPDATE TO olympus_app
  USING (id = (SELECT auth.uid())) WITH CHECK (id = (SELECT auth.uid()));

CREATE POLICY tenant_select ON audit.logs FOR SELECT TO olympus_app, olympus_readonly
  USING (organization_id = (SELECT auth.current_org()) AND (SELECT auth.current_rank()) >= 4);
CREATE POLICY tenant_select ON archive.orders FOR SELECT TO olympus_app, olympus_readonly
  USING (organization_id = (SELECT auth.current_org()));
CREATE POLICY tenant_select ON archive.order_items FOR SELECT TO olympus_app, olympus_readonly
  USING (organization_id = (SELECT auth.current_org()));
