-- name: products/update-price
-- what: a new price for the product as it was read: another version than that one is refused with SQLSTATE OL409 (B7, 2)
-- params: organization_id = tenant.id, id = price.product_id, price_cents = price.price_cents, version = price.version
-- expects: index scan on products; at most 200 buffers
-- weight: 1
-- kind: write
UPDATE core.products SET price_cents = $3, version = $4
WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL
RETURNING organization_id, id, price_cents, version
