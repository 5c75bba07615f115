-- Stopping, slowing or ending the others. "free": the victim's statement is not held up while the attacker's transaction is open.

-- attack: stop/lock-table
-- what: locks a table against everybody
-- via: primary pooler
-- must: free
-- each:
--   core.organizations
--   core.users
--   core.organization_members
--   core.invitations
--   core.categories
--   core.products
--   core.product_variants
--   core.orders
--   core.order_items
--   core.inventory_locations
--   core.inventory_levels
--   core.inventory_movements
--   audit.logs
--   archive.orders
LOCK TABLE {each} IN ACCESS EXCLUSIVE MODE NOWAIT;
-- victim:
SELECT count(*) FROM {each};

-- attack: stop/lock-table-weaker
-- what: locks a table in any mode that is granted, against those who write
-- must: free
-- each:
--   SHARE UPDATE EXCLUSIVE
--   SHARE
--   SHARE ROW EXCLUSIVE
--   EXCLUSIVE
--   ROW EXCLUSIVE
LOCK TABLE core.products IN {each} MODE NOWAIT;
-- victim:
UPDATE core.products SET seo_title = 'x' WHERE id = :other_product;

-- attack: stop/lock-month
-- what: locks a month's partition, a view or the catalogue
-- must: free
-- each:
--   core.orders_{month}
--   analytics.organization_metrics
--   cache.organization_metrics
--   ops.category_edits
--   pg_catalog.pg_class
--   pg_catalog.pg_authid
LOCK TABLE {each} IN ACCESS EXCLUSIVE MODE NOWAIT;
-- victim:
SELECT count(*) FROM core.orders;

-- attack: stop/lock-rows
-- what: locks every row that can be named
-- via: primary pooler
-- must: free
-- each:
--   core.products
--   core.orders
--   core.organizations
--   core.categories
SELECT 1 FROM {each} FOR UPDATE;
-- victim:
UPDATE core.products SET seo_title = 'x' WHERE id = :other_product;

-- attack: stop/lock-users
-- what: a member of both tenants locks the users that the other tenant refers to
-- as: both
-- must: free
SELECT id FROM core.users WHERE id <> :own_user FOR UPDATE;
-- victim:
INSERT INTO core.orders (organization_id, customer_email, user_id) VALUES (:other_org, 'x@example.org', :other_user);

-- attack: stop/advisory-lock
-- what: takes advisory locks of another tenant's name, and of the housekeeping's
-- via: primary pooler replica
-- must: refused
-- each:
--   pg_advisory_lock(hashtextextended('categories:' || :other_org, 0))
--   pg_advisory_lock(hashtextextended('categories', 0))
--   pg_advisory_xact_lock(1)
--   pg_advisory_xact_lock_shared(1)
--   pg_try_advisory_lock(1)
--   pg_try_advisory_xact_lock(1, 2)
--   pg_advisory_unlock_all()
SELECT {each};

-- attack: stop/category-edits
-- what: edits categories and leaves the transaction open
-- must: free
INSERT INTO core.categories (organization_id, name, slug) VALUES (:own_org, 'held', 'held');
-- victim:
INSERT INTO core.categories (organization_id, name, slug) VALUES (:other_org, 'held', 'held');

-- attack: stop/order-numbers
-- what: takes an order number and leaves the transaction open
-- must: free
INSERT INTO core.orders (organization_id, customer_email) VALUES (:own_org, 'held@example.org');
-- victim:
INSERT INTO core.orders (organization_id, customer_email) VALUES (:other_org, 'held@example.org');

-- attack: stop/foreign-order-number
-- what: takes an order number of another tenant by an insert that will be refused
-- must: refused
INSERT INTO core.orders (organization_id, customer_email) VALUES (:other_org, 'held@example.org');

-- attack: stop/same-key
-- what: takes a key and leaves the transaction open, so that who takes the same key waits
-- must: free
-- each:
--   INSERT INTO core.products (organization_id, name, slug, price_cents, sku) VALUES ({row org}, 'held', 'held', 1, 'held')
--   INSERT INTO core.categories (organization_id, name, slug) VALUES ({row org}, 'same', 'same')
--   INSERT INTO core.inventory_locations (organization_id, name, code) VALUES ({row org}, 'same', 'same')
{each own};
-- victim:
{each other};

-- attack: stop/same-slug
-- what: takes the slug of an organization and leaves the transaction open
-- must: free
-- known: slugs are unique on the whole platform: the second waits for the first. Make organizations in a transaction of their own, with a lock_timeout
SELECT core.create_organization('Held', 'held-slug');
-- victim:
SELECT core.create_organization('Held', 'held-slug');

-- attack: stop/large-objects
-- what: makes, reads and removes large objects, which have no policies
-- via: primary replica
-- must: refused 42501 25006
-- each:
--   lo_create(0)
--   lo_creat(-1)
--   lo_from_bytea(0, 'x')
--   lo_get(1)
--   lo_put(1, 0, 'x')
--   lo_open(1, 131072)
--   lo_unlink(1)
--   loread(0, 10)
--   lowrite(0, 'x')
SELECT {each};

-- attack: stop/end-sessions
-- what: ends or cancels the sessions of the login that all share
-- via: primary pooler replica
-- must: refused
-- each:
--   pg_terminate_backend(pid) FROM generate_series(1, 4000000, 4000000) AS pid
--   pg_cancel_backend(pid) FROM generate_series(1, 4000000, 4000000) AS pid
SELECT {each};

-- attack: stop/login-itself
-- what: changes the login that all tenants share
-- must: refused
-- end: rollback
-- known: a role may always set its own password and its own defaults. Let it log in by a certificate or a proxy, so that a password is not asked for; ./olympus policies names defaults that a login has (rule login-defaults). Behind a pooler, connections that are open stay
-- each:
--   PASSWORD 'mine'
--   SET search_path = 'nowhere'
--   SET request.jwt.claim.sub = '00000000-0000-4a00-8000-000000000a11'
DO $$ BEGIN EXECUTE format('ALTER ROLE %I %s', session_user, $s${each}$s$); END $$;

-- attack: stop/login-rights
-- what: gives itself or others rights, or takes them
-- must: refused
-- end: rollback
-- each:
--   DO $$ BEGIN EXECUTE format('ALTER ROLE %I SUPERUSER', session_user); END $$
--   DO $$ BEGIN EXECUTE format('ALTER ROLE %I BYPASSRLS', session_user); END $$
--   DO $$ BEGIN EXECUTE format('ALTER ROLE %I CREATEROLE', session_user); END $$
--   DO $$ BEGIN EXECUTE format('ALTER ROLE %I CONNECTION LIMIT 0', session_user); END $$
--   DO $$ BEGIN EXECUTE format('ALTER ROLE %I VALID UNTIL ''2000-01-01''', session_user); END $$
--   DO $$ BEGIN EXECUTE format('GRANT olympus_owner TO %I', session_user); END $$
--   DO $$ BEGIN EXECUTE format('GRANT olympus_app TO %I WITH ADMIN OPTION', session_user); END $$
--   DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = nowhere', current_database()); END $$
--   DO $$ BEGIN EXECUTE format('ALTER DATABASE %I ALLOW_CONNECTIONS false', current_database()); END $$
--   ALTER ROLE olympus_app NOLOGIN
--   GRANT olympus_service TO olympus_app
--   CREATE ROLE mine
--   DROP ROLE olympus_app
--   DO $$ BEGIN EXECUTE format('REVOKE olympus_app FROM %I', session_user); END $$
--   DO $$ BEGIN SET LOCAL ROLE olympus_service; END $$
{each};

-- attack: stop/drop-owned
-- what: takes the application's rights away from all of its logins
-- must: nothing
-- end: rollback
DROP OWNED BY olympus_app;
SELECT 1 WHERE NOT has_column_privilege('olympus_app', 'core.products', 'name', 'SELECT')
            OR NOT EXISTS (SELECT FROM pg_policies WHERE tablename = 'products' AND 'olympus_app' = ANY (roles));

-- attack: stop/be-another-role
-- what: becomes a role that no policy binds
-- via: primary pooler replica
-- must: refused
-- each:
--   SET ROLE olympus_owner
--   SET ROLE olympus_service
--   SET ROLE olympus_readonly
--   SET ROLE pg_read_all_data
--   SET ROLE pg_monitor
--   SET SESSION AUTHORIZATION olympus_owner
--   SELECT set_config('role', 'olympus_service', false)
--   SELECT set_config('session_authorization', 'olympus_service', false)
{each};

-- attack: stop/reset-role
-- what: leaves the role for what lies under it
-- via: primary pooler replica
-- must: nothing
RESET ROLE;
RESET SESSION AUTHORIZATION;
SELECT rolname FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication);

-- attack: stop/run-the-server
-- what: does what is for who runs the server
-- transaction: off
-- must: refused
-- each:
--   ALTER SYSTEM SET max_connections = 1
--   CREATE DATABASE mine
--   CREATE TABLESPACE mine LOCATION '/tmp'
--   CHECKPOINT
--   SELECT pg_reload_conf()
--   SELECT pg_switch_wal()
--   SELECT pg_create_restore_point('x')
--   SELECT pg_promote()
--   SELECT pg_create_physical_replication_slot('mine')
--   SELECT pg_create_logical_replication_slot('mine', 'pgoutput')
--   SELECT pg_drop_replication_slot('mine')
--   SELECT pg_stat_reset()
--   SELECT pg_stat_statements_reset()
--   SELECT pg_replication_origin_create('mine')
--   CREATE PUBLICATION mine FOR ALL TABLES
--   CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION suppress_redundant_updates_trigger()
{each};

-- attack: stop/no-timeouts
-- what: lifts the time limits that a database or a role sets
-- must: refused
-- known: time limits are the session's own to set. PgBouncer's query_timeout and idle_transaction_timeout are not
-- each:
--   statement_timeout
--   idle_in_transaction_session_timeout
--   lock_timeout
SET LOCAL {each} = 0;

-- attack: stop/two-phase
-- what: leaves a prepared transaction behind, which no session holds
-- must: refused 55000 42501
-- transaction: off
BEGIN;
UPDATE core.products SET seo_title = 'x';
PREPARE TRANSACTION 'mine';
