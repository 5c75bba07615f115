-- name: payment
-- what: a payment of one of the tenant's orders, by the payment provider's identifier
-- columns: intent
SELECT stripe_payment_intent_id AS intent
FROM core.orders
WHERE organization_id = $1 AND stripe_payment_intent_id IS NOT NULL
ORDER BY uuid_hash_extended(id, $3), id
LIMIT $2
