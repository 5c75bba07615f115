-- name: period
-- what: thirty days that end with the day of one of the tenant's orders (UTC)
-- columns: from, to
SELECT day - interval '29 days' AS "from", day + interval '1 day' AS "to"
FROM (
  SELECT date_trunc('day', created_at, 'UTC') AS day
  FROM core.orders
  WHERE organization_id = $1
  ORDER BY uuid_hash_extended(id, $3), id
  LIMIT $2
) AS ordered
