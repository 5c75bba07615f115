-- name: products/tags
-- what: products that carry a tag (B4, 5). Measured as the owner: the array's @> is not leakproof, so under row-level
--   security the GIN index cannot be used
-- params: organization_id = tenant.id, tag = tag.tag
-- expects: index scan on products; rows of one tenant
-- weight: 3
-- role: owner
SELECT organization_id, id, name, price_cents, tags
FROM core.products
WHERE organization_id = $1 AND tags @> ARRAY[$2] AND deleted_at IS NULL
ORDER BY created_at DESC, id DESC
LIMIT 20
