-- name: tag
-- what: a tag of the tenant's products, as often as it is used
-- columns: tag
SELECT tags[1 + (id_hash & 255) % cardinality(tags)] AS tag
FROM (
  SELECT tags, uuid_hash_extended(id, $3) AS id_hash, id
  FROM core.products
  WHERE organization_id = $1 AND deleted_at IS NULL AND tags <> '{}'
  ORDER BY id_hash, id
  LIMIT $2
) AS product
