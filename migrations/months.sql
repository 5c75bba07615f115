-- Every month of orders and items with its state. A leaf is known by its name, as ops.ensure_month gives it.
WITH leaf AS (
  SELECT replace(substr(c.relname, length(root.name) + 2), '_', '-') AS month, root.name AS root, c.oid,
         c.reltuples, pg_total_relation_size(c.oid) AS bytes,
         CASE WHEN i.inhrelid IS NULL THEN 'detached' WHEN i.inhdetachpending THEN 'detaching' ELSE 'attached' END AS state
    FROM (VALUES ('orders'), ('order_items')) AS root (name)
    JOIN pg_class c ON c.relnamespace = 'core'::regnamespace AND c.relkind = 'r' AND c.relname ~ ('^' || root.name || '_[0-9]{4}_[0-9]{2}$')
    LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
), pair AS (
  SELECT month, count(DISTINCT state) AS states, count(*) AS leaves, min(state) AS state, bool_or(state = 'detaching') AS is_pending, sum(bytes) AS bytes,
         max(reltuples) FILTER (WHERE root = 'orders') AS orders, max(reltuples) FILTER (WHERE root = 'order_items') AS items
    FROM leaf GROUP BY month
), record AS (
  SELECT to_char(month, 'YYYY-MM') AS month, orders_moved, items_moved, finished_at FROM archive.months
)
SELECT month,
       CASE WHEN pair.month IS NULL THEN 'archived'
            WHEN record.month IS NOT NULL THEN 'archiving'
            WHEN pair.is_pending THEN 'detaching'
            WHEN pair.states > 1 OR pair.leaves <> 2 THEN 'mixed'
            ELSE pair.state END AS state,
       CASE WHEN pair.month IS NULL THEN record.orders_moved WHEN pair.orders >= 0 THEN pair.orders::bigint END AS orders,
       CASE WHEN pair.month IS NULL THEN record.items_moved WHEN pair.items >= 0 THEN pair.items::bigint END AS items,
       coalesce(pair.bytes, 0) AS bytes
  FROM pair FULL JOIN record USING (month)
 ORDER BY month
