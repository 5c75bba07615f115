-- what: orders and their items by month, and the counters of order numbers
--
-- D17, D18: months are UTC, there is no DEFAULT partition, and items are partitioned by their order's created_at, so
-- that a month of both leaves together. ops.ensure_month() gives each leaf what a parent cannot have: unique indexes
-- without created_at, and the foreign key from the items' leaf to the orders' leaf of the same month.
SET LOCAL ROLE olympus_owner;

CREATE TABLE core.orders (
  id                       uuid NOT NULL DEFAULT core.new_id(),
  organization_id          uuid NOT NULL REFERENCES core.organizations ON DELETE RESTRICT,
  order_number             text NOT NULL,
  user_id                  uuid REFERENCES core.users ON DELETE SET NULL,
  customer_email           text NOT NULL,
  customer_name            text,
  customer_phone           text,
  status                   core.order_status NOT NULL DEFAULT 'pending',
  payment_status           core.payment_status NOT NULL DEFAULT 'pending',
  fulfillment_status       text NOT NULL DEFAULT 'unfulfilled' CHECK (fulfillment_status IN ('unfulfilled', 'partial', 'fulfilled')),
  subtotal_cents           bigint NOT NULL DEFAULT 0 CHECK (subtotal_cents >= 0),
  discount_cents           bigint NOT NULL DEFAULT 0 CHECK (discount_cents >= 0),
  shipping_cents           bigint NOT NULL DEFAULT 0 CHECK (shipping_cents >= 0),
  tax_cents                bigint NOT NULL DEFAULT 0 CHECK (tax_cents >= 0),
  total_cents              bigint NOT NULL DEFAULT 0,
  currency                 core.currency NOT NULL DEFAULT 'USD',
  tax_lines                jsonb NOT NULL DEFAULT '[]',
  discount_codes           jsonb NOT NULL DEFAULT '[]',
  shipping_address         jsonb,
  billing_address          jsonb,
  shipping_method          text,
  shipping_carrier         text,
  tracking_number          text,
  tracking_url             text,
  estimated_delivery_at    timestamptz,
  shipped_at               timestamptz,
  delivered_at             timestamptz,
  payment_method           jsonb,
  stripe_payment_intent_id text,
  customer_notes           text,
  internal_notes           text,
  source                   text NOT NULL DEFAULT 'web',
  source_identifier        text,
  metadata                 jsonb NOT NULL DEFAULT '{}',
  created_at               timestamptz(3) NOT NULL DEFAULT now(), -- part of the key: a JavaScript Date keeps milliseconds
  updated_at               timestamptz NOT NULL DEFAULT now(),
  completed_at             timestamptz,
  cancelled_at             timestamptz,
  cancelled_reason         text,
  -- One index for four of the specification (orders_pkey, idx_orders_org, idx_orders_created, idx_orders_summary).
  CONSTRAINT orders_pkey PRIMARY KEY (organization_id, created_at, id) INCLUDE (order_number, status, total_cents, customer_name),
  CONSTRAINT orders_total CHECK (total_cents = subtotal_cents - discount_cents + shipping_cents + tax_cents),
  -- D6: with unique numbers in each month's leaf this makes them unique in a tenant.
  CONSTRAINT orders_number_month CHECK (split_part(order_number, '-', 2) = lpad((
    extract(year FROM created_at AT TIME ZONE 'UTC') * 100 + extract(month FROM created_at AT TIME ZONE 'UTC'))::int::text, 6, '0'))
) PARTITION BY RANGE (created_at);
CREATE INDEX idx_orders_status ON core.orders (organization_id, status, created_at DESC);
CREATE INDEX idx_orders_pending ON core.orders (organization_id, created_at DESC)
  WHERE status IN ('pending', 'confirmed', 'processing');
CREATE INDEX idx_orders_user ON core.orders (user_id, organization_id, created_at DESC) WHERE user_id IS NOT NULL;
CREATE INDEX idx_orders_stripe ON core.orders (stripe_payment_intent_id) WHERE stripe_payment_intent_id IS NOT NULL;
CREATE INDEX idx_orders_created_brin ON core.orders USING brin (created_at) WITH (pages_per_range = 32, autosummarize = on);
COMMENT ON TABLE core.orders IS 'Orders, a partition a month (UTC)';
COMMENT ON INDEX core.orders_pkey IS 'guards the identifier; serves orders/recent, orders/keyset, orders/daily-window, orders/with-items';
COMMENT ON INDEX core.idx_orders_status IS 'serves orders/by-status';
COMMENT ON INDEX core.idx_orders_pending IS 'serves orders/pending';
COMMENT ON INDEX core.idx_orders_user IS 'serves orders/by-user and the foreign key orders_user_id_fkey';
COMMENT ON INDEX core.idx_orders_stripe IS 'serves orders/by-payment';
COMMENT ON INDEX core.idx_orders_created_brin IS 'serves orders/all-tenants-hour';

CREATE TABLE core.order_counters (
  organization_id uuid NOT NULL REFERENCES core.organizations ON DELETE CASCADE,
  period          text NOT NULL,
  last_value      bigint NOT NULL,
  PRIMARY KEY (organization_id, period)
) WITH (fillfactor = 50); -- room for HOT updates: a row is updated by every order
COMMENT ON TABLE core.order_counters IS 'The last order number of each tenant and month (D6)';
COMMENT ON INDEX core.order_counters_pkey IS 'guards one counter a tenant and month; serves order numbers';

CREATE TABLE core.order_items (
  id                 uuid NOT NULL DEFAULT core.new_id(),
  organization_id    uuid NOT NULL,
  order_id           uuid NOT NULL,
  order_created_at   timestamptz(3) NOT NULL,
  product_id         uuid,
  variant_id         uuid,
  product_snapshot   jsonb NOT NULL,
  quantity           integer NOT NULL CHECK (quantity > 0),
  unit_price_cents   bigint NOT NULL CHECK (unit_price_cents >= 0),
  discount_cents     bigint NOT NULL DEFAULT 0 CHECK (discount_cents >= 0),
  tax_cents          bigint NOT NULL DEFAULT 0 CHECK (tax_cents >= 0),
  total_cents        bigint NOT NULL,
  taxable            boolean NOT NULL DEFAULT true,
  fulfilled_quantity integer NOT NULL DEFAULT 0 CHECK (fulfilled_quantity BETWEEN 0 AND quantity),
  created_at         timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT order_items_pkey PRIMARY KEY (organization_id, order_created_at, order_id, id),
  CONSTRAINT order_items_product_fk FOREIGN KEY (organization_id, product_id)
    REFERENCES core.products (organization_id, id) ON DELETE SET NULL (product_id),
  CONSTRAINT order_items_variant_fk FOREIGN KEY (organization_id, variant_id)
    REFERENCES core.product_variants (organization_id, id) ON DELETE SET NULL (variant_id)
) PARTITION BY RANGE (order_created_at);
CREATE INDEX idx_order_items_product ON core.order_items (organization_id, product_id) WHERE product_id IS NOT NULL;
CREATE INDEX idx_order_items_variant ON core.order_items (organization_id, variant_id) WHERE variant_id IS NOT NULL;
COMMENT ON TABLE core.order_items IS 'Items of orders, in the partition of their order''s month';
COMMENT ON INDEX core.order_items_pkey IS 'guards the identifier; serves orders/with-items, orders/product-ranking and the foreign key order_items_YYYY_MM_order_fk';
COMMENT ON INDEX core.idx_order_items_product IS 'serves orders/of-product and the foreign key order_items_product_fk';
COMMENT ON INDEX core.idx_order_items_variant IS 'serves the foreign key order_items_variant_fk (D20)';
