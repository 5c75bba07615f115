-- what: where stock lies, how much, and every movement of it
SET LOCAL ROLE olympus_owner;

CREATE TABLE core.inventory_locations (
  id                   uuid PRIMARY KEY DEFAULT core.new_id(),
  organization_id      uuid NOT NULL REFERENCES core.organizations ON DELETE CASCADE,
  name                 text NOT NULL,
  code                 text NOT NULL,
  address              jsonb,
  location_type        text NOT NULL DEFAULT 'warehouse' CHECK (location_type IN ('warehouse', 'store', 'dropship', 'virtual')),
  is_active            boolean NOT NULL DEFAULT true,
  is_default           boolean NOT NULL DEFAULT false,
  fulfillment_priority integer NOT NULL DEFAULT 0,
  created_at           timestamptz NOT NULL DEFAULT now(),
  updated_at           timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT locations_org_id UNIQUE (organization_id, id),
  CONSTRAINT locations_code_unique UNIQUE (organization_id, code)
);
CREATE UNIQUE INDEX idx_locations_default ON core.inventory_locations (organization_id) WHERE is_default;
COMMENT ON TABLE core.inventory_locations IS 'Warehouses and shops';
COMMENT ON INDEX core.inventory_locations_pkey IS 'guards the identifier';
COMMENT ON INDEX core.locations_org_id IS 'guards the tenant of foreign keys';
COMMENT ON INDEX core.locations_code_unique IS 'guards one location a code and tenant';
COMMENT ON INDEX core.idx_locations_default IS 'guards one default location a tenant';

CREATE TABLE core.inventory_levels (
  id              uuid PRIMARY KEY DEFAULT core.new_id(),
  organization_id uuid NOT NULL,
  product_id      uuid,
  variant_id      uuid,
  location_id     uuid NOT NULL,
  available       integer NOT NULL DEFAULT 0, -- below 0 only where the product's policy is 'continue' (ops.guard_stock, D14)
  reserved        integer NOT NULL DEFAULT 0 CHECK (reserved >= 0),
  incoming        integer NOT NULL DEFAULT 0 CHECK (incoming >= 0),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT inventory_product_or_variant CHECK (num_nonnulls(product_id, variant_id) = 1),
  CONSTRAINT inventory_org_id UNIQUE (organization_id, id),
  CONSTRAINT inventory_unique UNIQUE NULLS NOT DISTINCT (organization_id, product_id, variant_id, location_id), -- since 15
  CONSTRAINT inventory_product_fk FOREIGN KEY (organization_id, product_id)
    REFERENCES core.products (organization_id, id) ON DELETE CASCADE,
  CONSTRAINT inventory_variant_fk FOREIGN KEY (organization_id, variant_id)
    REFERENCES core.product_variants (organization_id, id) ON DELETE CASCADE,
  CONSTRAINT inventory_location_fk FOREIGN KEY (organization_id, location_id)
    REFERENCES core.inventory_locations (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX idx_inventory_variant ON core.inventory_levels (organization_id, variant_id) WHERE variant_id IS NOT NULL;
CREATE INDEX idx_inventory_location ON core.inventory_levels (organization_id, location_id);
CREATE INDEX idx_inventory_low_stock ON core.inventory_levels (organization_id, available) WHERE available < 10;
COMMENT ON TABLE core.inventory_levels IS 'Stock of a product or a variant at a location';
COMMENT ON INDEX core.inventory_levels_pkey IS 'guards the identifier';
COMMENT ON INDEX core.inventory_org_id IS 'guards the tenant; serves inventory/level';
COMMENT ON INDEX core.inventory_unique IS 'guards one level a product or variant and location; serves inventory/of-product and the foreign key inventory_product_fk';
COMMENT ON INDEX core.idx_inventory_variant IS 'serves inventory/of-variant and the foreign key inventory_variant_fk';
COMMENT ON INDEX core.idx_inventory_location IS 'serves the foreign key inventory_location_fk (D20)';
COMMENT ON INDEX core.idx_inventory_low_stock IS 'serves inventory/low-stock';

CREATE TABLE core.inventory_movements (
  id                 uuid NOT NULL DEFAULT core.new_id(),
  organization_id    uuid NOT NULL,
  inventory_level_id uuid NOT NULL, -- no foreign key: the trail outlives the level; the specification's CASCADE erased it
  movement_type      text NOT NULL CHECK (movement_type IN (
    'adjustment', 'sale', 'return', 'transfer_in', 'transfer_out', 'receive', 'damage', 'reserved', 'unreserved')),
  quantity           integer NOT NULL,
  previous_quantity  integer NOT NULL,
  new_quantity       integer NOT NULL,
  reference_type     text,
  reference_id       uuid,
  reason             text,
  performed_by       uuid, -- no foreign key: the trail outlives the user
  created_at         timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT inventory_movements_pkey PRIMARY KEY (organization_id, created_at, id),
  CONSTRAINT movements_balance CHECK (new_quantity = previous_quantity + quantity)
) PARTITION BY RANGE (created_at);
CREATE INDEX idx_inv_movements_level ON core.inventory_movements (organization_id, inventory_level_id, created_at DESC);
COMMENT ON TABLE core.inventory_movements IS 'Every change of stock, a partition a month (UTC)';
COMMENT ON INDEX core.inventory_movements_pkey IS 'guards the identifier; serves inventory/recent-movements';
COMMENT ON INDEX core.idx_inv_movements_level IS 'serves inventory/movements-of-level';
