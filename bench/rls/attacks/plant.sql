-- Two tenants in a copy: that of the attackers (a) and the one that they attack (b). Everything of b is marked, so that it
-- is known again wherever it appears. Identifiers end in what they are: a01, b01 organization, a02 category, 03 product,
-- 04 variant, 05 location, 06 level, 07 order, 08 item; users a11 owner, a12 admin, a13 manager, a14 member, a15 viewer,
-- a16 member of both, b11 owner; c11 has left a, c12 was invited to a: both are users of b.
SELECT ops.ensure_month(parent, current_date) FROM ops.partitioned_tables() AS parent;
CREATE FUNCTION pg_temp.id(suffix text) RETURNS uuid LANGUAGE sql AS $$ SELECT ('00000000-0000-4a00-8000-000000000' || suffix)::uuid $$;
INSERT INTO core.organizations (id, name, slug)
VALUES (pg_temp.id('a01'), 'Attackers', 'olympus-attackers'), (pg_temp.id('b01'), 'victimsecret name', 'victimsecret-slug');
INSERT INTO core.users (id, email, full_name, phone, bio, metadata)
SELECT pg_temp.id(u), CASE WHEN u ~ '^a' THEN u || '@attackers.example' ELSE 'victimsecret-' || u || '@victim.example' END,
       CASE WHEN u ~ '^a' THEN 'Attacker ' ELSE 'victimsecret ' END || u, CASE WHEN u ~ '^a' THEN '1' ELSE 'victimsecret 555' END,
       CASE WHEN u ~ '^a' THEN NULL ELSE 'victimsecret bio' END, CASE WHEN u ~ '^a' THEN '{}' ELSE '{"x": "victimsecret"}' END::jsonb
  FROM unnest(ARRAY['a11', 'a12', 'a13', 'a14', 'a15', 'a16', 'b11', 'c11', 'c12']) AS u;
INSERT INTO core.organization_members (organization_id, user_id, role, status, accepted_at)
SELECT pg_temp.id(org), pg_temp.id(u), role, status, now() FROM (VALUES
  ('a01', 'a11', 'owner', 'active'), ('a01', 'a12', 'admin', 'active'), ('a01', 'a13', 'manager', 'active'), ('a01', 'a14', 'member', 'active'),
  ('a01', 'a15', 'viewer', 'active'), ('a01', 'a16', 'admin', 'active'), ('b01', 'a16', 'admin', 'active'), ('b01', 'b11', 'owner', 'active'),
  ('a01', 'c11', 'viewer', 'inactive'), ('b01', 'c11', 'viewer', 'active'), ('b01', 'c12', 'viewer', 'active')) AS m (org, u, role, status);
INSERT INTO core.organization_members (organization_id, user_id, role, invitation_token, invitation_expires_at)
VALUES (pg_temp.id('a01'), pg_temp.id('c12'), 'viewer', 'victimsecret-token', now() + interval '1 day');
INSERT INTO core.invitations (organization_id, email, token_hash, expires_at)
VALUES (pg_temp.id('b01'), 'victimsecret-guest@victim.example', sha256(convert_to('victimsecret-invitation', 'UTF8')), now() + interval '1 day');
INSERT INTO core.categories (id, organization_id, name, slug)
SELECT pg_temp.id(t || '02'), pg_temp.id(t || '01'), mark || ' category', mark || '-category' FROM (VALUES ('a', 'own'), ('b', 'victimsecret')) AS x (t, mark);
INSERT INTO core.products (id, organization_id, name, slug, price_cents, sku, status, category_id, inventory_policy)
SELECT pg_temp.id(t || '03'), pg_temp.id(t || '01'), mark || ' lamp', mark || '-lamp', 1000, mark || '-sku', 'active', pg_temp.id(t || '02'), 'continue'
  FROM (VALUES ('a', 'own'), ('b', 'victimsecret')) AS x (t, mark);
INSERT INTO core.product_variants (id, organization_id, product_id, name)
SELECT pg_temp.id(t || '04'), pg_temp.id(t || '01'), pg_temp.id(t || '03'), mark || ' variant' FROM (VALUES ('a', 'own'), ('b', 'victimsecret')) AS x (t, mark);
INSERT INTO core.inventory_locations (id, organization_id, name, code)
SELECT pg_temp.id(t || '05'), pg_temp.id(t || '01'), mark || ' place', mark FROM (VALUES ('a', 'own'), ('b', 'victimsecret')) AS x (t, mark);
INSERT INTO core.inventory_levels (id, organization_id, product_id, location_id, available)
SELECT pg_temp.id(t || '06'), pg_temp.id(t || '01'), pg_temp.id(t || '03'), pg_temp.id(t || '05'), 10 FROM unnest(ARRAY['a', 'b']) AS t;
INSERT INTO core.inventory_movements (organization_id, inventory_level_id, movement_type, quantity, previous_quantity, new_quantity, reason)
SELECT pg_temp.id(t || '01'), pg_temp.id(t || '06'), 'receive', 10, 0, 10, mark FROM (VALUES ('a', 'own'), ('b', 'victimsecret')) AS x (t, mark);
INSERT INTO core.orders (id, organization_id, customer_email, customer_name, subtotal_cents, total_cents, created_at)
SELECT pg_temp.id(t || '07'), pg_temp.id(t || '01'), mark || '@customer.example', mark || ' customer', 1000, 1000, date_trunc('month', now(), 'UTC')
  FROM (VALUES ('a', 'own'), ('b', 'victimsecret')) AS x (t, mark);
INSERT INTO core.order_items (id, organization_id, order_id, order_created_at, product_id, product_snapshot, quantity, unit_price_cents, total_cents)
SELECT pg_temp.id(t || '08'), organization_id, o.id, created_at, pg_temp.id(t || '03'), jsonb_build_object('name', mark), 1, 1000, 1000
  FROM core.orders AS o JOIN (VALUES ('a', 'own'), ('b', 'victimsecret')) AS x (t, mark) ON o.organization_id = pg_temp.id(t || '01');
INSERT INTO archive.orders (organization_id, order_number, customer_email, created_at)
SELECT pg_temp.id(t || '01'), 'OLD-200001-00001', mark || '@archive.example', '2000-01-15 12:00+00' FROM (VALUES ('a', 'own'), ('b', 'victimsecret')) AS x (t, mark);
INSERT INTO archive.order_items (organization_id, order_id, order_created_at, product_snapshot, quantity, unit_price_cents, total_cents)
SELECT organization_id, id, created_at, jsonb_build_object('email', customer_email), 1, 1, 1 FROM archive.orders WHERE organization_id = ANY (ARRAY[pg_temp.id('a01'), pg_temp.id('b01')]);
SELECT cache.refresh_organization_metrics();
SELECT to_char(date_trunc('month', now(), 'UTC') AT TIME ZONE 'UTC', 'YYYY_MM') AS month,
       to_char(date_trunc('month', now(), 'UTC') AT TIME ZONE 'UTC', 'YYYY-MM-DD') || ' 00:00:00+00' AS ordered_at,
       (SELECT organization_id FROM core.orders GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1) AS largest_org;
