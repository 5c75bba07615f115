SET LOCAL ROLE olympus_owner;
CREATE OR REPLACE FUNCTION ops.archive_batch(month date, batch integer DEFAULT 5000)
RETURNS TABLE (orders_moved bigint, items_moved bigint, finished boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  orders_leaf regclass := to_regclass(format('core.%I', 'orders' || to_char(month, '_YYYY_MM')));
  items_leaf regclass := to_regclass(format('core.%I', 'order_items' || to_char(month, '_YYYY_MM')));
  first date := date_trunc('month', month::timestamp)::date;
  bounds tstzrange := ops.month_bounds(month);
  order_columns text;
  item_columns text;
  record archive.months;
  moved_orders bigint;
  moved_items bigint;
  is_left boolean;
BEGIN
  SELECT * INTO record FROM archive.months m WHERE m.month = first FOR UPDATE;
  IF record.finished_at IS NOT NULL THEN
    RETURN QUERY SELECT record.orders_moved, record.items_moved, true;
    RETURN;
  END IF;
  IF orders_leaf IS NULL OR items_leaf IS NULL OR EXISTS (SELECT FROM pg_inherits WHERE inhrelid IN (orders_leaf, items_leaf)) THEN
    RAISE EXCEPTION 'the month % of orders and items is not detached', to_char(month, 'YYYY-MM')
      USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Detach it first.';
  END IF;
  IF record.month IS NULL THEN
    EXECUTE format($count$
      INSERT INTO archive.months (month, orders, items, orders_moved, items_moved)
      SELECT $1, old_orders.n + (SELECT count(*) FROM %s), old_items.n + (SELECT count(*) FROM %s), old_orders.n, old_items.n
        FROM (SELECT count(*) AS n FROM archive.orders WHERE created_at <@ $2) old_orders,
             (SELECT count(*) AS n FROM archive.order_items WHERE order_created_at <@ $2) old_items
      $count$, orders_leaf, items_leaf) USING first, bounds;
  END IF;
  SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO order_columns
    FROM pg_attribute WHERE attrelid = orders_leaf AND attnum > 0 AND NOT attisdropped;
  SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO item_columns
    FROM pg_attribute WHERE attrelid = items_leaf AND attnum > 0 AND NOT attisdropped;
  EXECUTE format($move$
    WITH picked AS MATERIALIZED (
      SELECT organization_id, created_at, id FROM %1$s ORDER BY organization_id, created_at, id LIMIT $1
    ), gone_items AS (
      DELETE FROM %2$s WHERE (organization_id, order_created_at, order_id) IN (SELECT * FROM picked) RETURNING %4$s
    ), gone_orders AS (
      DELETE FROM %1$s WHERE (organization_id, created_at, id) IN (SELECT * FROM picked) RETURNING %3$s
    ), kept_orders AS (
      INSERT INTO archive.orders (%3$s) SELECT %3$s FROM gone_orders RETURNING 1
    ), kept_items AS (
      INSERT INTO archive.order_items (%4$s) SELECT %4$s FROM gone_items RETURNING 1
    ) SELECT (SELECT count(*) FROM kept_orders), (SELECT count(*) FROM kept_items)
    $move$, orders_leaf, items_leaf, order_columns, item_columns) INTO moved_orders, moved_items USING batch;
  EXECUTE format('SELECT EXISTS (SELECT FROM %s)', orders_leaf) INTO is_left;
  UPDATE archive.months m SET orders_moved = m.orders_moved + moved_orders, items_moved = m.items_moved + moved_items
   WHERE m.month = first RETURNING * INTO record;
  IF NOT is_left THEN
    IF record.orders <> (SELECT count(*) FROM archive.orders WHERE created_at <@ bounds)
       OR record.items <> (SELECT count(*) FROM archive.order_items WHERE order_created_at <@ bounds) THEN
      RAISE EXCEPTION 'the archive of % does not hold what the month held: % orders, % items',
        to_char(month, 'YYYY-MM'), record.orders, record.items USING ERRCODE = 'data_corrupted';
    END IF;
    UPDATE archive.months m SET finished_at = now() WHERE m.month = first;
    EXECUTE format('DROP TABLE %s, %s', items_leaf, orders_leaf);
  END IF;
  RETURN QUERY SELECT record.orders_moved, record.items_moved, NOT is_left;
END $$;
CREATE OR REPLACE FUNCTION ops.archive_old_orders(older_than_months integer DEFAULT 24, batch integer DEFAULT 5000) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  order_columns text;
  item_columns text;
  picked bigint;
  moved bigint;
BEGIN
  IF older_than_months < 1 THEN
    RAISE invalid_parameter_value USING MESSAGE = 'older_than_months is at least 1';
  END IF;
  SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO order_columns
    FROM pg_attribute WHERE attrelid = 'core.orders'::regclass AND attnum > 0 AND NOT attisdropped;
  SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO item_columns
    FROM pg_attribute WHERE attrelid = 'core.order_items'::regclass AND attnum > 0 AND NOT attisdropped;
  EXECUTE format($move$
    WITH picked AS MATERIALIZED (
      SELECT organization_id, created_at, id FROM core.orders
       WHERE created_at < now() - make_interval(months => $1) AND status IN ('delivered', 'completed', 'cancelled', 'refunded')
       ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED
    ), kept_items AS (
      INSERT INTO archive.order_items (%2$s) SELECT %2$s FROM core.order_items
       WHERE (organization_id, order_created_at, order_id) IN (SELECT * FROM picked)
    ), kept_orders AS (
      INSERT INTO archive.orders (%1$s) SELECT %1$s FROM core.orders WHERE (organization_id, created_at, id) IN (SELECT * FROM picked) RETURNING 1
    ), gone AS (
      DELETE FROM core.orders WHERE (organization_id, created_at, id) IN (SELECT * FROM picked) RETURNING 1 -- items follow by ON DELETE CASCADE
    ) SELECT (SELECT count(*) FROM kept_orders), (SELECT count(*) FROM gone)
    $move$, order_columns, item_columns) INTO picked, moved USING older_than_months, batch;
  IF picked <> moved THEN
    RAISE EXCEPTION 'archived % orders and deleted %', picked, moved USING ERRCODE = 'data_corrupted';
  END IF;
  RETURN moved;
END $$;
DROP FUNCTION ops.archive_columns(regclass, regclass);
