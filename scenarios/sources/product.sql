-- name: product
-- what: an active product of the tenant, and the range of names that begin like its own
-- columns: id, created_at, prefix, prefix_end
SELECT id, created_at, prefix, left(prefix, -1) || chr(ascii(right(prefix, 1)) + 1) AS prefix_end
FROM (
  SELECT id, created_at, left(name, 4) AS prefix
  FROM core.products
  WHERE organization_id = $1 AND status = 'active' AND deleted_at IS NULL
  ORDER BY uuid_hash_extended(id, $3), id
  LIMIT $2
) AS product
