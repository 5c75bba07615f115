-- name: orders/by-payment
-- what: the order of a payment: what the payment provider's call brings. Measured as the owner: the call names no
--   tenant and comes without an identity
-- params: intent = payment.intent
-- expects: index scan on orders
-- weight: 0
-- role: owner
SELECT organization_id, id, order_number, status, payment_status, total_cents, created_at
FROM core.orders
WHERE stripe_payment_intent_id = $1
