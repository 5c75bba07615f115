-- name: products/listing
-- what: newest 20 active products of a tenant (specification B5, 1)
-- params: organization_id = tenant.id
-- expects: index scan on products; at most 200 buffers; at most 10 ms; rows of one tenant
-- weight: 20
SELECT organization_id, id, name, price_cents, images, created_at
FROM core.products
WHERE organization_id = $1 AND status = 'active' AND deleted_at IS NULL
ORDER BY created_at DESC, id DESC
LIMIT 20
