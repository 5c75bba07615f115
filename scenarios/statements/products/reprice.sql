-- name: products/reprice
-- what: a product's price is raised by one per cent; indexes hold the price, so the update is not HOT
-- params: organization_id = tenant.id, id = product.id
-- expects: index scan on products; at most 200 buffers
-- weight: 1
-- kind: write
UPDATE core.products SET price_cents = price_cents + price_cents / 100
WHERE organization_id = $1 AND id = $2
RETURNING organization_id, id, price_cents, version
