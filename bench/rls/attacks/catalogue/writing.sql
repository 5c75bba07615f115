-- Writing rows of another tenant, or asking by a write whether they exist. "same": the answer for what is another's is the
-- answer for what is not there.

-- attack: write/insert-foreign
-- what: inserts a row for another tenant, and for one that is not there
-- via: primary pooler
-- must: same refused
-- each:
--   core.products (organization_id, name, slug, price_cents) VALUES ({row org}, 'x', 'x', 1)
--   core.categories (organization_id, name, slug) VALUES ({row org}, 'x', 'x')
--   core.product_variants (organization_id, product_id, name) VALUES ({row org}, :other_product, 'x')
--   core.orders (organization_id, customer_email) VALUES ({row org}, 'x@example.org')
--   core.inventory_locations (organization_id, name, code) VALUES ({row org}, 'x', 'x')
--   core.inventory_levels (organization_id, product_id, location_id) VALUES ({row org}, :other_product, :other_location)
--   core.order_items (organization_id, order_id, order_created_at, product_snapshot, quantity, unit_price_cents, total_cents) VALUES ({row org}, :other_order, :other_order_at, '{}', 1, 1, 1)
--   core.inventory_movements (organization_id, inventory_level_id, movement_type, quantity, previous_quantity, new_quantity) VALUES ({row org}, :other_level, 'sale', 1, 0, 1)
INSERT INTO {each other};
-- instead:
INSERT INTO {each missing};

-- attack: write/category-parent-foreign
-- what: inserts a category for another tenant below one of its categories, and below one that is not there
-- must: same refused
INSERT INTO core.categories (organization_id, name, slug, parent_id) VALUES (:other_org, 'x', 'x', :other_category);
-- instead:
INSERT INTO core.categories (organization_id, name, slug, parent_id) VALUES (:other_org, 'x', 'x', :missing);

-- attack: write/category-parent-own
-- what: puts a category of their own below one of another tenant
-- must: same refused 23503
INSERT INTO core.categories (organization_id, name, slug, parent_id) VALUES (:own_org, 'x', 'x', :other_category);
-- instead:
INSERT INTO core.categories (organization_id, name, slug, parent_id) VALUES (:own_org, 'x', 'x', :missing);

-- attack: write/category-move
-- what: moves a category of their own below one of another tenant
-- must: same refused 23503
UPDATE core.categories SET parent_id = :other_category WHERE id = :own_category;
-- instead:
UPDATE core.categories SET parent_id = :missing WHERE id = :own_category;

-- attack: write/negative-level-foreign
-- what: asks by a negative stock of another tenant for its policy
-- must: same refused
INSERT INTO core.inventory_levels (organization_id, product_id, location_id, available) VALUES (:other_org, :other_product, :other_location, -1);
-- instead:
INSERT INTO core.inventory_levels (organization_id, product_id, location_id, available) VALUES (:other_org, :missing, :other_location, -1);

-- attack: write/negative-level-own
-- what: asks by a negative stock of their own tenant for a product of another
-- must: same refused OL001
INSERT INTO core.inventory_levels (organization_id, product_id, location_id, available) VALUES (:own_org, :other_product, :own_location, -1);
-- instead:
INSERT INTO core.inventory_levels (organization_id, product_id, location_id, available) VALUES (:own_org, :missing, :own_location, -1);

-- attack: write/refer-to-foreign
-- what: refers to a row of another tenant, and to one that is not there
-- must: same refused 23503
-- each:
--   core.products (organization_id, name, slug, price_cents, category_id) VALUES (:own_org, 'x', 'x', 1, {row category})
--   core.product_variants (organization_id, name, product_id) VALUES (:own_org, 'x', {row product})
--   core.inventory_levels (organization_id, location_id, product_id) VALUES (:own_org, :own_location, {row product})
--   core.inventory_levels (organization_id, location_id, variant_id) VALUES (:own_org, :own_location, {row variant})
--   core.inventory_levels (organization_id, product_id, location_id) VALUES (:own_org, :own_product, {row location})
--   core.order_items (organization_id, order_id, order_created_at, product_snapshot, quantity, unit_price_cents, total_cents, product_id) VALUES (:own_org, :own_order, :own_order_at, '{}', 1, 1, 1, {row product})
--   core.order_items (organization_id, order_id, order_created_at, product_snapshot, quantity, unit_price_cents, total_cents, variant_id) VALUES (:own_org, :own_order, :own_order_at, '{}', 1, 1, 1, {row variant})
--   core.order_items (organization_id, order_created_at, product_snapshot, quantity, unit_price_cents, total_cents, order_id) VALUES (:own_org, :other_order_at, '{}', 1, 1, 1, {row order})
--   core.inventory_movements (organization_id, movement_type, quantity, previous_quantity, new_quantity, inventory_level_id) VALUES (:own_org, 'sale', 1, 0, 1, {row level})
INSERT INTO {each other};
-- instead:
INSERT INTO {each missing};

-- attack: write/customer
-- what: names a user of another tenant as the customer of an order, and one that is not there
-- via: primary pooler
-- must: same refused
INSERT INTO core.orders (organization_id, customer_email, user_id) VALUES (:own_org, 'x@example.org', :other_user);
-- instead:
INSERT INTO core.orders (organization_id, customer_email, user_id) VALUES (:own_org, 'x@example.org', :missing);

-- attack: write/author
-- what: signs with the name of a user of another tenant, and of one that is not there
-- must: same refused
-- each:
--   INSERT INTO core.products (organization_id, name, slug, price_cents, created_by) VALUES (:own_org, 'x', 'x', 1, {row user})
--   INSERT INTO core.products (organization_id, name, slug, price_cents, updated_by) VALUES (:own_org, 'x', 'x', 1, {row user})
--   UPDATE core.products SET updated_by = {row user} WHERE id = :own_product
--   INSERT INTO core.inventory_movements (organization_id, inventory_level_id, movement_type, quantity, previous_quantity, new_quantity, performed_by) VALUES (:own_org, :own_level, 'sale', 1, 0, 1, {row user})
{each other};
-- instead:
{each missing};

-- attack: write/chosen-identifier
-- what: takes the identifier of another tenant's row, and one that is free
-- must: same refused
-- each:
--   core.products (id, organization_id, name, slug, price_cents) VALUES ({row product}, :own_org, 'x', 'x', 1)
--   core.categories (id, organization_id, name, slug) VALUES ({row category}, :own_org, 'x', 'x')
--   core.product_variants (id, organization_id, product_id, name) VALUES ({row variant}, :own_org, :own_product, 'x')
--   core.orders (id, organization_id, customer_email, created_at) VALUES ({row order}, :own_org, 'x@example.org', :other_order_at)
--   core.inventory_locations (id, organization_id, name, code) VALUES ({row location}, :own_org, 'x', 'x')
--   core.inventory_levels (id, organization_id, product_id, location_id) VALUES ({row level}, :own_org, :own_product, :own_location)
INSERT INTO {each other} ON CONFLICT DO NOTHING;
-- instead:
INSERT INTO {each missing} ON CONFLICT DO NOTHING;

-- attack: write/update-foreign
-- what: changes rows of another tenant
-- via: primary pooler replica
-- must: nothing
-- each:
--   core.products SET name = 'x' WHERE id = :other_product
--   core.categories SET name = 'x' WHERE id = :other_category
--   core.product_variants SET name = 'x' WHERE id = :other_variant
--   core.orders SET status = 'cancelled' WHERE id = :other_order
--   core.order_items SET quantity = 9 WHERE order_id = :other_order
--   core.inventory_locations SET name = 'x' WHERE id = :other_location
--   core.inventory_levels SET available = 0 WHERE id = :other_level
--   core.organizations SET name = 'x' WHERE id = :other_org
--   core.users SET bio = 'x' WHERE id = :other_user
UPDATE {each};

-- attack: write/update-all
-- what: changes every row and returns what is not theirs
-- must: nothing
WITH changed AS (UPDATE core.products SET seo_title = 'x' RETURNING organization_id) SELECT * FROM changed WHERE organization_id <> :own_org;

-- attack: write/update-as-member-of-both
-- what: a member of both tenants changes the one they are not working in
-- as: both
-- must: nothing
UPDATE core.products SET name = 'x' WHERE organization_id = :other_org;

-- attack: write/move-row
-- what: gives rows to another tenant, or takes them
-- as: both
-- must: refused
-- each:
--   core.products
--   core.orders
--   core.categories
--   core.inventory_levels
--   core.product_variants
UPDATE {each} SET organization_id = :other_org;

-- attack: write/merge-foreign
-- what: changes rows of another tenant by MERGE
-- must: nothing
MERGE INTO core.products AS p USING (VALUES (:other_product::uuid)) AS v (id) ON p.id = v.id WHEN MATCHED THEN UPDATE SET name = 'x';

-- attack: write/on-conflict
-- what: changes a row of another tenant where the insert meets it
-- must: refused
INSERT INTO core.products (organization_id, name, slug, price_cents) VALUES (:other_org, 'x', 'victimsecret-lamp', 1)
ON CONFLICT (organization_id, slug) WHERE deleted_at IS NULL DO UPDATE SET name = 'x';

-- attack: write/copy-in
-- what: copies rows in, past the policies
-- must: refused 0A000
-- each:
--   core.products (organization_id, name, slug, price_cents)
--   core.orders (organization_id, customer_email)
COPY {each} FROM STDIN;

-- attack: write/delete
-- what: deletes, from tables and from months
-- via: primary pooler
-- must: refused
-- each:
--   core.products
--   core.orders
--   core.order_items
--   core.categories
--   core.organizations
--   core.users
--   core.organization_members
--   core.inventory_levels
--   core.inventory_movements
--   audit.logs
--   archive.orders
--   core.orders_{month}
DELETE FROM {each};

-- attack: write/truncate
-- what: empties tables
-- must: refused
-- each:
--   core.products
--   core.orders
--   audit.logs
TRUNCATE {each} CASCADE;

-- attack: write/delete-function
-- what: deletes a row of another tenant by a function, and one that is not there
-- must: same
-- each:
--   core.soft_delete_product({row product})
--   core.delete_category({row category})
--   core.delete_variant({row variant})
--   core.delete_location({row location})
--   core.delete_level({row level})
--   core.delete_order_item({row item})
--   core.record_movement({row level}, 'sale', -1)
SELECT {each other};
-- instead:
SELECT {each missing};

-- attack: write/delete-function-claimed
-- what: the same, naming that tenant
-- as: claimer
-- must: refused
-- each:
--   core.soft_delete_product(:other_product)
--   core.delete_category(:other_category)
--   core.delete_variant(:other_variant)
--   core.delete_level(:other_level)
--   core.delete_organization()
--   core.remove_member(:other_user)
--   core.leave_organization()
--   core.withdraw_invitation('x')
SELECT {each};

-- attack: write/delete-organization
-- what: somebody who does not own the organization deletes it
-- as: {each}
-- must: refused
-- each:
--   admin
--   manager
--   member
--   viewer
--   both
--   former
--   pending
--   nobody
SELECT core.delete_organization();

-- attack: write/housekeeping
-- what: runs what is for background jobs
-- must: refused
-- each:
--   ops.archive_old_orders(24)
--   ops.archive_batch('2020-01-01')
--   ops.ensure_month('core.orders', '2020-01-01')
--   ops.next_order_number(:other_org, now())
--   ops.delete_own('core.products', 'viewer', :other_product)
--   ops.attach_month('2020-01-01')
--   ops.index_bloat()
--   ops.mask('core.users', '{}')
--   cache.refresh_organization_metrics()
SELECT {each};

-- attack: write/audit
-- what: writes, changes or silences the audit
-- must: refused
-- each:
--   INSERT INTO audit.logs (action, table_name, record_id) VALUES ('INSERT', 'x', :missing)
--   UPDATE audit.logs SET new_values = NULL
--   DELETE FROM audit.logs
--   ALTER TABLE core.products DISABLE TRIGGER ALL
--   SET LOCAL session_replication_role = replica
{each};

-- attack: write/audit-off
-- what: asks the audit to look away, as a background job may
-- must: nothing
SELECT set_config('app.audit', 'off', true);
UPDATE core.products SET seo_title = 'unseen' WHERE id = :own_product;
SELECT 1 WHERE NOT EXISTS (SELECT FROM audit.logs WHERE record_id = :own_product AND new_values ->> 'seo_title' = 'unseen');

-- attack: write/above-own-role
-- what: does what only a higher role may
-- as: member
-- must: refused
-- each:
--   UPDATE core.orders SET status = 'refunded' WHERE id = :own_order
--   UPDATE core.products SET deleted_at = now() WHERE id = :own_product
--   SELECT core.delete_category(:own_category)
--   SELECT core.soft_delete_product(:own_product)
--   SELECT core.transfer_ownership(:own_user)
{each};

-- attack: write/columns-of-the-platform
-- what: sets what the platform keeps
-- must: refused
-- each:
--   core.users SET email_verified_at = now()
--   core.users SET email = 'x@example.org'
--   core.users SET metadata = '{}'
--   core.organizations SET subscription_plan = 'enterprise'
--   core.organizations SET limits = '{}'
--   core.organizations SET deleted_at = NULL
--   core.products SET inventory_quantity = 9
--   core.orders SET order_number = 'X-202601-00001'
UPDATE {each};

-- attack: write/rule-the-table
-- what: changes tables, policies, triggers and rights
-- must: refused 42501 42P01
-- each:
--   ALTER TABLE core.products DISABLE ROW LEVEL SECURITY
--   DROP POLICY tenant_select ON core.products
--   CREATE POLICY mine ON core.products USING (true)
--   ALTER TABLE core.products OWNER TO CURRENT_USER
--   CREATE TRIGGER t BEFORE INSERT ON core.products FOR EACH ROW EXECUTE FUNCTION ops.audit()
--   CREATE RULE r AS ON INSERT TO core.products DO NOTHING
--   ALTER FUNCTION auth.current_org() SECURITY INVOKER
--   COMMENT ON TABLE core.products IS 'x'
--   CREATE INDEX ON core.products (name)
--   ANALYZE core.nothing
--   ALTER TABLE core.orders DETACH PARTITION core.orders_{month}
--   CREATE STATISTICS mine ON name FROM core.products
{each};

-- attack: write/grant
-- what: hands rights of the application on to everybody, which PostgreSQL answers with a warning
-- must: nothing
GRANT ALL ON core.products TO PUBLIC;
SELECT 1 FROM pg_class, aclexplode(relacl) AS acl WHERE oid = 'core.products'::regclass AND acl.grantee = 0;
