-- name: attribute
-- what: a document that the metadata of at least one of the tenant's products contains
-- columns: document
SELECT (
  SELECT jsonb_build_object(key, value)
  FROM jsonb_each(metadata)
  ORDER BY hashtextextended(key, $3 + id_hash), key
  LIMIT 1
) AS document
FROM (
  SELECT metadata, uuid_hash_extended(id, $3) / 2 AS id_hash, id
  FROM core.products
  WHERE organization_id = $1 AND deleted_at IS NULL AND metadata <> '{}'
  ORDER BY id_hash, id
  LIMIT $2
) AS product
