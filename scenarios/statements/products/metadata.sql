-- name: products/metadata
-- what: products whose metadata contains a document (B4, 5). Measured as the owner: jsonb's @> is not leakproof, so
--   under row-level security the GIN index cannot be used
-- params: organization_id = tenant.id, document = attribute.document
-- expects: index scan on products; rows of one tenant
-- weight: 2
-- role: owner
SELECT organization_id, id, name, price_cents, metadata
FROM core.products
WHERE organization_id = $1 AND metadata @> $2 AND deleted_at IS NULL
ORDER BY created_at DESC, id DESC
LIMIT 20
