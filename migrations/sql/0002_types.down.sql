SET LOCAL ROLE olympus_owner;
DROP FUNCTION core.new_id();
DROP DOMAIN core.currency, billing.invoice_status, billing.subscription_status, core.payment_status,
  core.order_status, core.member_role, core.entity_status;
