-- name: word
-- what: a word of the tenant's product names, as often as it occurs: a search for it finds something
-- columns: word
SELECT (
  SELECT word
  FROM regexp_split_to_table(lower(name), '[^a-z]+') AS word
  WHERE to_tsvector('english', word) <> ''
  ORDER BY hashtextextended(word, $3 + id_hash), word
  LIMIT 1
) AS word
FROM (
  SELECT name, uuid_hash_extended(id, $3) / 2 AS id_hash, id
  FROM core.products
  WHERE organization_id = $1 AND status = 'active' AND deleted_at IS NULL AND name ~ '[a-zA-Z]{4}'
  ORDER BY id_hash, id
  LIMIT $2
) AS product
