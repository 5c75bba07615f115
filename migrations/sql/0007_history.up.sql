-- what: the audit log, and where retired orders go
SET LOCAL ROLE olympus_owner;

CREATE SEQUENCE audit.logs_id_seq CACHE 50;
-- D13: with the tenant, the root table's name (never a partition's), and only what changed.
CREATE TABLE audit.logs (
  id              bigint NOT NULL DEFAULT nextval('audit.logs_id_seq'),
  organization_id uuid,
  user_id         uuid,
  db_role         name NOT NULL DEFAULT session_user,
  txid            xid8 NOT NULL DEFAULT pg_current_xact_id(),
  action          text NOT NULL CHECK (action IN ('INSERT', 'UPDATE', 'DELETE', 'SOFT_DELETE')),
  table_name      text NOT NULL,
  record_id       uuid NOT NULL,
  old_values      jsonb,
  new_values      jsonb,
  created_at      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT logs_pkey PRIMARY KEY (created_at, id)
) PARTITION BY RANGE (created_at);
ALTER SEQUENCE audit.logs_id_seq OWNED BY audit.logs.id;
CREATE INDEX idx_audit_record ON audit.logs (record_id, created_at DESC);
CREATE INDEX idx_audit_org ON audit.logs (organization_id, created_at DESC);
COMMENT ON TABLE audit.logs IS 'Who changed what, a partition a month (UTC)';
COMMENT ON INDEX audit.logs_pkey IS 'guards the identifier';
COMMENT ON INDEX audit.idx_audit_record IS 'serves audit/of-record';
COMMENT ON INDEX audit.idx_audit_org IS 'serves audit/recent';

-- D16: plain tables with a key of their own and no other index, constraints copied, no trigger.
CREATE TABLE archive.orders (
  LIKE core.orders INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE,
  archived_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT archived_orders_pkey PRIMARY KEY (organization_id, created_at, id)
);
CREATE TABLE archive.order_items (
  LIKE core.order_items INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE,
  archived_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT archived_order_items_pkey PRIMARY KEY (organization_id, order_created_at, order_id, id)
);
-- What a retired month held when its archiving began, and how much of it has moved: an interrupted run goes on from here.
CREATE TABLE archive.months (
  month         date PRIMARY KEY CHECK (month = date_trunc('month', month)),
  orders        bigint NOT NULL,
  items         bigint NOT NULL,
  orders_moved  bigint NOT NULL DEFAULT 0,
  items_moved   bigint NOT NULL DEFAULT 0,
  started_at    timestamptz NOT NULL DEFAULT now(),
  finished_at   timestamptz,
  CHECK (orders_moved <= orders AND items_moved <= items),
  CHECK (finished_at IS NULL OR (orders_moved = orders AND items_moved = items))
);
COMMENT ON TABLE archive.orders IS 'Orders that left core.orders';
COMMENT ON TABLE archive.order_items IS 'Items of archived orders';
COMMENT ON TABLE archive.months IS 'Progress of archiving whole months';
COMMENT ON INDEX archive.archived_orders_pkey IS 'guards the identifier; serves orders/archived';
COMMENT ON INDEX archive.archived_order_items_pkey IS 'guards the identifier; serves orders/archived';
COMMENT ON INDEX archive.months_pkey IS 'guards one record a month';
