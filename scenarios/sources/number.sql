-- name: number
-- what: the number of one of the tenant's orders, and the month (UTC) that the number names: the order's partition
-- columns: number, from, to
SELECT number, month AS "from", month + interval '1 month' AS "to"
FROM (
  SELECT order_number AS number, date_trunc('month', created_at, 'UTC') AS month
  FROM core.orders
  WHERE organization_id = $1
  ORDER BY uuid_hash_extended(id, $3), id
  LIMIT $2
) AS numbered
