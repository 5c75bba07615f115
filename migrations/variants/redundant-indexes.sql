-- what: the indexes of the specification (B3, B4) that the base leaves out
--
-- The first ten have the keys of an index that is there; the rest serve no statement of the catalogue, or are the
-- specification's own form of one that the base has in another.
CREATE INDEX idx_organizations_slug ON core.organizations (slug) WHERE deleted_at IS NULL;
CREATE INDEX idx_users_email ON core.users (email) WHERE deleted_at IS NULL;
CREATE INDEX idx_users_email_lower ON core.users (lower(email)) WHERE deleted_at IS NULL;
CREATE INDEX idx_variants_sku ON core.product_variants (sku) WHERE sku IS NOT NULL;
CREATE INDEX idx_org_members_org ON core.organization_members (organization_id);
CREATE INDEX idx_products_org ON core.products (organization_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_products_status ON core.products (organization_id, status) WHERE deleted_at IS NULL;
CREATE INDEX idx_products_org_status_created ON core.products (organization_id, status, created_at DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_categories_org ON core.categories (organization_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_orders_org ON core.orders (organization_id);
CREATE INDEX idx_orders_created ON core.orders (organization_id, created_at DESC);
CREATE INDEX idx_orders_summary ON core.orders (organization_id, created_at DESC) INCLUDE (order_number, status, total_cents, customer_name);

CREATE INDEX idx_organizations_status ON core.organizations (status) WHERE deleted_at IS NULL;
CREATE INDEX idx_users_status ON core.users (status) WHERE deleted_at IS NULL;
CREATE INDEX idx_org_members_team ON core.organization_members (team_id) WHERE team_id IS NOT NULL;
CREATE INDEX idx_products_price ON core.products (price_cents) WHERE deleted_at IS NULL AND status = 'active';
CREATE INDEX idx_products_created ON core.products (created_at DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_products_tags_gin ON core.products USING gin (tags) WHERE deleted_at IS NULL;
CREATE INDEX idx_categories_path_trgm ON core.categories USING gist (path public.gist_trgm_ops);
CREATE INDEX idx_orders_payment ON core.orders (payment_status);
-- As written, DATE_TRUNC on timestamptz is not immutable; and within a month's partition the month is one value.
CREATE INDEX idx_orders_month ON core.orders (organization_id, date_trunc('month', created_at AT TIME ZONE 'UTC'));
CREATE INDEX idx_order_items_order ON core.order_items (order_id);
CREATE INDEX idx_inv_movements_type ON core.inventory_movements (movement_type, created_at DESC);
CREATE INDEX idx_inventory_movements_brin ON core.inventory_movements USING brin (created_at) WITH (pages_per_range = 128);
