-- what: functions that make months of partitions
SET LOCAL ROLE olympus_owner;

-- The leaf is built alone and then attached: that takes SHARE UPDATE EXCLUSIVE on the parent, so writers go on, where
-- CREATE TABLE .. PARTITION OF takes ACCESS EXCLUSIVE (D17). Foreign keys of the parent lock what they refer to
-- against writers for the moment of attaching, which is one reason to make months ahead.
CREATE FUNCTION ops.ensure_month(parent regclass, month date) RETURNS regclass
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  schema_name text;
  root text;
  first timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'UTC';
  next timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
  leaf text;
  full_name text;
BEGIN
  SELECT n.nspname, c.relname INTO schema_name, root
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = parent AND c.relkind = 'p';
  IF NOT FOUND THEN
    RAISE EXCEPTION '% is not a partitioned table', parent USING ERRCODE = 'wrong_object_type';
  END IF;
  leaf := root || to_char(first AT TIME ZONE 'UTC', '_YYYY_MM');
  full_name := format('%I.%I', schema_name, leaf);
  IF to_regclass(full_name) IS NOT NULL THEN
    RETURN full_name::regclass;
  END IF;
  EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)', full_name, parent);
  IF parent = 'core.orders'::regclass THEN
    EXECUTE format('CREATE UNIQUE INDEX %I ON %s (id)', leaf || '_id_key', full_name);
    EXECUTE format('CREATE UNIQUE INDEX %I ON %s (organization_id, order_number)', leaf || '_number_key', full_name);
    EXECUTE format('COMMENT ON INDEX %I.%I IS %L', schema_name, leaf || '_id_key', 'guards the identifier within the month; serves orders/by-id');
    EXECUTE format('COMMENT ON INDEX %I.%I IS %L', schema_name, leaf || '_number_key',
      'guards order numbers within tenant and month (D6); serves orders/by-number');
  ELSIF parent = 'core.order_items'::regclass THEN -- D18: leaf to leaf, so that a month can be detached
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (organization_id, order_created_at, order_id)
      REFERENCES %s (organization_id, created_at, id) ON DELETE CASCADE',
      full_name, leaf || '_order_fk', ops.ensure_month('core.orders', month));
  END IF;
  -- D1: forced without a policy of its own, a leaf shows nothing to whoever reaches it past its parent.
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', full_name);
  EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)', parent, full_name, first, next);
  RETURN full_name::regclass;
END $$;
COMMENT ON FUNCTION ops.ensure_month(regclass, date) IS 'The leaf of a partitioned table for a month (UTC), made if absent';

CREATE FUNCTION ops.partitioned_tables() RETURNS SETOF regclass
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT unnest(ARRAY['core.orders', 'core.order_items', 'core.inventory_movements', 'audit.logs']::regclass[])
$$;
COMMENT ON FUNCTION ops.partitioned_tables() IS 'Tables with a partition a month; orders come before their items';

CREATE FUNCTION ops.ensure_partitions(from_month date, to_month date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  before bigint := (SELECT count(*) FROM pg_inherits WHERE inhparent IN (SELECT ops.partitioned_tables()));
BEGIN
  PERFORM ops.ensure_month(parent, month::date)
    FROM ops.partitioned_tables() AS parent,
         generate_series(date_trunc('month', from_month::timestamp), date_trunc('month', to_month::timestamp), interval '1 month') AS month;
  RETURN (SELECT count(*) FROM pg_inherits WHERE inhparent IN (SELECT ops.partitioned_tables())) - before;
END $$;
COMMENT ON FUNCTION ops.ensure_partitions(date, date) IS 'Makes the months from .. to of every partitioned table; returns how many leaves were new';
