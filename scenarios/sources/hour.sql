-- name: hour
-- what: the hour in which one of the tenant's orders was placed
-- columns: from, to
SELECT hour AS "from", hour + interval '1 hour' AS "to"
FROM (
  SELECT date_trunc('hour', created_at) AS hour
  FROM core.orders
  WHERE organization_id = $1
  ORDER BY uuid_hash_extended(id, $3), id
  LIMIT $2
) AS ordered
