-- what: who may do what
--
-- D1: on parents only; GRANT .. ON ALL TABLES would open every partition past its parent's policies.
-- D5: by column, without what the database keeps itself and what no tenant may set: keys, the tenant, plan and limits,
-- verified addresses, derived totals.
SET LOCAL ROLE olympus_owner;

GRANT USAGE ON SCHEMA core, auth, analytics, audit, archive TO olympus_app, olympus_readonly;
GRANT USAGE ON SCHEMA core, auth, billing, analytics, audit, queue, cache, archive, ops TO olympus_service;

GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA auth TO olympus_app, olympus_readonly, olympus_service;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA core TO olympus_app, olympus_service;
GRANT EXECUTE ON FUNCTION core.search_products(text, integer) TO olympus_readonly;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ops, cache TO olympus_service;

GRANT SELECT ON core.organizations, core.users, core.categories, core.products, core.product_variants, core.orders,
  core.order_items, core.inventory_locations, core.inventory_levels, core.inventory_movements, audit.logs,
  archive.orders, archive.order_items, analytics.organization_metrics TO olympus_app, olympus_readonly;
GRANT DELETE ON core.categories, core.products, core.product_variants, core.order_items, core.inventory_locations,
  core.inventory_levels, core.organization_members TO olympus_app;

DO $$
DECLARE
  rule record;
  granted text;
BEGIN
  FOR rule IN
    SELECT * FROM (VALUES
      -- an invitation's token is for the invited, who gets it by mail
      ('core.organization_members', 'SELECT', 'olympus_app, olympus_readonly', '{invitation_token}'),
      ('core.organization_members', 'INSERT', 'olympus_app', '{id,accepted_at,status,created_at,updated_at}'),
      ('core.organization_members', 'UPDATE', 'olympus_app',
        '{id,organization_id,user_id,invited_by,invited_at,invitation_token,invitation_expires_at,accepted_at,created_at,updated_at}'),
      ('core.organizations', 'UPDATE', 'olympus_app',
        '{id,slug,limits,stripe_customer_id,subscription_plan,subscription_status,status,created_at,updated_at,deleted_at}'),
      ('core.users', 'UPDATE', 'olympus_app',
        '{id,auth_id,email,email_verified_at,phone_verified_at,metadata,status,last_login_at,created_at,updated_at,deleted_at,search_vector}'),
      ('core.categories', 'INSERT', 'olympus_app', '{path,depth,created_at,updated_at,deleted_at}'),
      ('core.categories', 'UPDATE', 'olympus_app', '{id,organization_id,path,depth,created_at,updated_at}'),
      ('core.products', 'INSERT', 'olympus_app', '{inventory_quantity,updated_at,deleted_at,version,search_vector}'),
      ('core.products', 'UPDATE', 'olympus_app',
        '{id,organization_id,inventory_quantity,created_at,created_by,updated_at,search_vector}'),
      ('core.product_variants', 'INSERT', 'olympus_app', '{inventory_quantity,created_at,updated_at}'),
      ('core.product_variants', 'UPDATE', 'olympus_app',
        '{id,organization_id,product_id,inventory_quantity,created_at,updated_at}'),
      ('core.orders', 'INSERT', 'olympus_app', '{order_number,updated_at}'),
      ('core.orders', 'UPDATE', 'olympus_app',
        '{id,organization_id,order_number,user_id,currency,source,source_identifier,payment_method,stripe_payment_intent_id,created_at,updated_at}'),
      ('core.order_items', 'INSERT', 'olympus_app', '{}'),
      ('core.order_items', 'UPDATE', 'olympus_app', '{id,organization_id,order_id,order_created_at,created_at}'),
      ('core.inventory_locations', 'INSERT', 'olympus_app', '{created_at,updated_at}'),
      ('core.inventory_locations', 'UPDATE', 'olympus_app', '{id,organization_id,created_at,updated_at}'),
      ('core.inventory_levels', 'INSERT', 'olympus_app', '{updated_at}'),
      ('core.inventory_levels', 'UPDATE', 'olympus_app', '{id,organization_id,updated_at}'),
      ('core.inventory_movements', 'INSERT', 'olympus_app', '{}')
    ) AS rules (target, verb, roles, kept)
  LOOP
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO granted FROM pg_attribute
     WHERE attrelid = rule.target::regclass AND attnum > 0 AND NOT attisdropped AND attname <> ALL (rule.kept::name[]);
    EXECUTE format('GRANT %s (%s) ON %s TO %s', rule.verb, granted, rule.target, rule.roles);
  END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON core.organizations, core.users, core.organization_members, core.categories, core.products,
  core.product_variants, core.orders, core.order_counters, core.order_items, core.inventory_locations, core.inventory_levels,
  core.inventory_movements TO olympus_service;
GRANT SELECT ON audit.logs, archive.orders, archive.order_items, archive.months, cache.organization_metrics,
  analytics.organization_metrics TO olympus_service;
