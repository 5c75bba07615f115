-- name: products/search
-- what: full-text search, best matches first (B4, 5). Measured as the owner: @@ is not leakproof, so under row-level
--   security the GIN index cannot be used; the application calls core.search_products instead
-- params: organization_id = tenant.id, word = word.word
-- expects: index scan on products; rows of one tenant
-- weight: 1
-- role: owner
SELECT organization_id, id, name, price_cents,
       ts_rank(search_vector, websearch_to_tsquery('english', $2)) AS rank
FROM core.products
WHERE organization_id = $1 AND search_vector @@ websearch_to_tsquery('english', $2)
  AND status = 'active' AND deleted_at IS NULL
ORDER BY rank DESC, id
LIMIT 20
