-- Reading rows, or what rows are, of another tenant.

-- attack: read/by-tenant
-- what: asks for the rows of another tenant
-- via: primary pooler replica
-- must: nothing
-- each:
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
--   archive.orders
--   archive.order_items
--   audit.logs
--   analytics.organization_metrics
SELECT organization_id FROM {each} WHERE organization_id = :other_org;

-- attack: read/everything
-- what: asks for all rows, without a condition
-- via: primary pooler replica
-- must: clean
-- each:
--   core.organizations
--   core.categories
--   core.products
--   core.product_variants
--   core.orders
--   core.order_items
--   core.inventory_locations
--   core.inventory_levels
--   core.inventory_movements
--   archive.orders
--   archive.order_items
--   audit.logs
--   analytics.organization_metrics
SELECT * FROM {each};

-- attack: read/as-member-of-both
-- what: a member of two tenants reads the one they are not working in
-- as: both
-- must: nothing
-- each:
--   core.categories
--   core.products
--   core.orders
--   core.order_items
--   core.inventory_levels
--   analytics.organization_metrics
SELECT * FROM {each} WHERE organization_id = :other_org;

-- attack: read/organization
-- what: asks for another tenant itself
-- via: primary replica
-- must: nothing
SELECT * FROM core.organizations WHERE id = :other_org;

-- attack: read/users
-- what: asks for a user of another tenant, by identifier and by address
-- via: primary pooler replica
-- must: nothing
SELECT full_name FROM core.users WHERE id = :other_user OR email = :other_email;

-- attack: read/withheld-table
-- what: reads what is no application's
-- via: primary replica
-- must: refused
-- each:
--   core.order_counters
--   cache.organization_metrics
--   archive.months
--   ops.schema_migrations
--   ops.category_edits
--   ops.customers
--   pg_catalog.pg_authid
--   pg_catalog.pg_statistic
--   pg_catalog.pg_hba_file_rules
--   pg_catalog.pg_file_settings
--   pg_catalog.pg_shadow
--   pg_catalog.pg_statistic_ext_data
--   pg_catalog.pg_largeobject
--   pg_catalog.pg_user_mapping
--   pg_catalog.pg_subscription
--   pg_catalog.pg_backend_memory_contexts
--   pg_catalog.pg_shmem_allocations
SELECT * FROM {each};

-- attack: read/month
-- what: reads a month's partition past the policies of its table
-- via: primary replica
-- must: refused
-- each:
--   core.orders
--   core.order_items
--   core.inventory_movements
--   audit.logs
SELECT * FROM {each}_{month};

-- attack: read/month-by-inheritance
-- what: names the table's own rows, and its partitions by tableoid
-- must: nothing
SELECT tableoid::regclass, ctid, xmin FROM core.orders WHERE organization_id = :other_org OR tableoid = 'core.orders_{month}'::regclass AND organization_id <> :own_org;

-- attack: read/by-ctid
-- what: reads rows by their place in the file
-- must: nothing
SELECT name FROM core.products WHERE ctid = ANY (ARRAY['(0,1)', '(0,2)', '(0,3)', '(0,4)', '(0,5)']::tid[]) AND organization_id <> :own_org;

-- attack: read/sample
-- what: reads a sample of the pages
-- must: clean
SELECT * FROM core.products TABLESAMPLE SYSTEM (100);

-- attack: read/copy-out
-- what: copies tables, and what is asked of them, out
-- via: primary replica
-- must: clean
-- each:
--   core.products
--   core.categories
--   archive.orders
--   core.organization_members (id, user_id)
--   (SELECT * FROM core.orders)
--   (SELECT * FROM core.order_items)
--   (SELECT * FROM audit.logs)
--   (SELECT * FROM analytics.organization_metrics)
--   (SELECT o FROM core.organizations AS o)
COPY {each} TO STDOUT;

-- attack: read/copy-out-months
-- what: copies out a month past its table, a partitioned table whose own file is empty, or users whole
-- via: primary replica
-- must: refused 42501 42809
-- each:
--   core.orders_{month}
--   core.order_items_{month}
--   core.users
--   core.organization_members
--   cache.organization_metrics
COPY {each} TO STDOUT;

-- attack: read/copy-changes
-- what: copies out what a change returns
-- must: clean
COPY (UPDATE core.products SET seo_title = 'x' RETURNING *) TO STDOUT;

-- attack: read/block
-- what: reads in a block of code and says it in notices
-- via: primary replica
-- must: clean
-- each:
--   core.products
--   core.orders
--   core.organization_members
--   audit.logs
DO $$ DECLARE r record; BEGIN FOR r IN SELECT organization_id, t.id FROM {each} AS t LOOP RAISE NOTICE '%', r; END LOOP; END $$;

-- attack: read/block-error
-- what: has a block of code swallow the refusals and say what was left over
-- must: nothing
DO $$
DECLARE target text; found bigint;
BEGIN
  FOREACH target IN ARRAY ARRAY['SET LOCAL row_security = off', 'SET LOCAL ROLE olympus_service', 'SET LOCAL ROLE olympus_owner', 'SELECT phone FROM core.users'] LOOP
    BEGIN
      EXECUTE target;
    EXCEPTION WHEN OTHERS THEN NULL;
    END;
  END LOOP;
  SELECT count(*) INTO found FROM core.products WHERE organization_id <> auth.current_org();
  IF found > 0 THEN RAISE NOTICE 'victimsecret %', found; END IF;
EXCEPTION WHEN insufficient_privilege THEN NULL;
END $$;

-- attack: read/returning
-- what: has a change return what it was joined with
-- must: nothing
-- each:
--   UPDATE core.products AS p SET seo_title = 'x' FROM core.products AS o WHERE o.organization_id <> p.organization_id RETURNING o.name
--   UPDATE core.products AS p SET seo_title = 'x' FROM core.users AS u WHERE u.id = :other_user RETURNING u.email
--   WITH c AS (UPDATE core.products SET seo_title = 'x' RETURNING organization_id, name) SELECT name FROM c WHERE organization_id <> :own_org
{each};

-- attack: read/merge-returning
-- what: has a merge reach rows that its source does not name, and return them; before PostgreSQL 17 it is not understood
-- must: clean 42601
MERGE INTO core.products AS p USING (SELECT 1) AS s ON false WHEN NOT MATCHED BY SOURCE THEN UPDATE SET seo_title = 'x' RETURNING p.*;

-- attack: read/on-conflict-returning
-- what: takes the slug of another tenant's product and has the conflict return what is there
-- end: rollback
-- must: clean
INSERT INTO core.products AS p (organization_id, name, slug, price_cents) VALUES (:own_org, 'x', 'victimsecret-lamp', 1)
ON CONFLICT (organization_id, slug) WHERE deleted_at IS NULL DO UPDATE SET name = p.name RETURNING p.id, p.organization_id, p.name;

-- attack: read/xml
-- what: has the server write what it sees as XML
-- must: clean
-- each:
--   table_to_xml('core.products', true, false, '')
--   query_to_xml('SELECT * FROM core.orders', true, false, '')
--   cursor_to_xml('c', 100, true, false, '')
DECLARE c CURSOR FOR SELECT * FROM core.categories;
SELECT {each};

-- attack: read/row-security-off
-- what: turns row-level security off
-- via: primary pooler replica
-- must: refused
SET LOCAL row_security = off;
SELECT * FROM core.products;

-- attack: read/division-by-zero
-- what: asks by an error whether another tenant has a row
-- via: primary replica
-- must: same
SELECT count(*) FROM core.products WHERE 1 / (CASE WHEN name LIKE 'victimsecret%' THEN 0 ELSE 1 END) = 1;
-- instead:
SELECT count(*) FROM core.products WHERE 1 / (CASE WHEN name LIKE 'nothing-is-called-so%' THEN 0 ELSE 1 END) = 1;

-- attack: read/cast-error
-- what: has a conversion fail with the value in its message
-- via: primary replica
-- must: nothing
-- each:
--   core.users WHERE email::integer = 0 AND id <> :own_user AND id = :other_user
--   core.products WHERE name::integer = 0 AND organization_id = :other_org
--   core.orders WHERE customer_email::integer = 0 AND organization_id = :other_org
SELECT 1 FROM {each};

-- attack: read/leaky-operator
-- what: an operator that is not leakproof, before the policy
-- must: same
SET LOCAL enable_seqscan = off;
SELECT count(*) FROM core.users WHERE full_name ~ 'victimsecret' AND 1 / (length(full_name) - length(full_name)) = 1;
-- instead:
SET LOCAL enable_seqscan = off;
SELECT count(*) FROM core.users WHERE full_name ~ 'nobody-is-called-so' AND 1 / (length(full_name) - length(full_name)) = 1;

-- attack: read/search-function
-- what: searches for what another tenant sells
-- via: primary replica
-- must: nothing
SELECT * FROM core.search_products('victimsecret');

-- attack: read/search-function-claimed
-- what: the same, naming that tenant
-- as: claimer
-- must: nothing
SELECT * FROM core.search_products('victimsecret lamp');

-- attack: read/role-elsewhere
-- what: asks for their role in another tenant
-- must: nothing
SELECT nullif(auth.has_permission(:other_org, 'viewer'), false), auth.user_role(:other_org);

-- attack: read/own-organizations
-- what: asks for the tenants that they are a member of
-- via: primary replica
-- must: clean
SELECT auth.user_organizations(), auth.current_org(), auth.current_rank();

-- attack: read/profile
-- what: asks for the profile, which is their own
-- must: clean
SELECT * FROM core.my_profile();

-- attack: read/statistics
-- what: reads the planner's samples of the columns
-- via: primary replica
-- must: nothing
-- each:
--   pg_stats
--   pg_stats_ext
--   pg_stats_ext_exprs
SELECT * FROM {each} WHERE schemaname IN ('core', 'audit', 'archive') AND tablename NOT IN ('months');

-- attack: read/sessions
-- what: reads the sessions and statements of the login that all tenants share
-- via: primary pooler replica
-- must: refused 42501 42P01 42883
-- each:
--   pg_stat_activity
--   pg_stat_get_activity(NULL)
--   pg_locks
--   pg_lock_status()
--   pg_stat_statements
--   pg_stat_statements(true)
--   pg_stat_ssl
--   pg_stat_gssapi
--   pg_stat_replication
SELECT * FROM {each};

-- attack: read/session-by-number
-- what: reads the sessions one by one
-- must: refused
-- each:
--   pg_stat_get_backend_activity(n)
--   pg_stat_get_backend_pid(n)
--   pg_blocking_pids(n)
SELECT {each} FROM generate_series(1, 100) AS n;

-- attack: read/sequence
-- what: reads how far a sequence is
-- must: refused 42501 42883
-- each:
--   SELECT last_value FROM audit.logs_id_seq
--   SELECT nextval('audit.logs_id_seq')
--   SELECT currval('audit.logs_id_seq')
--   SELECT setval('audit.logs_id_seq', 1)
{each};

-- attack: read/sequence-view
-- what: reads how far a sequence is from the catalogue
-- must: nothing 42883
-- each:
--   last_value FROM pg_sequences WHERE schemaname = 'audit'
--   last_value FROM pg_get_sequence_data('audit.logs_id_seq')
SELECT {each};

-- attack: read/server-file
-- what: reads the server's files
-- must: refused
-- each:
--   SELECT pg_read_file('postgresql.conf')
--   SELECT pg_read_binary_file('PG_VERSION')
--   SELECT pg_ls_dir('.')
--   SELECT pg_stat_file('PG_VERSION')
--   SELECT pg_ls_waldir()
--   SELECT pg_current_logfile()
--   SELECT lo_import('/etc/passwd')
--   SELECT lo_export(1, '/tmp/x')
--   COPY (SELECT 1) TO PROGRAM 'true'
--   COPY (SELECT 1) TO '/tmp/olympus-x'
{each};

-- attack: read/other-server
-- what: reaches other servers and extensions
-- must: refused 42501 0A000 58P01 42704
-- each:
--   CREATE EXTENSION dblink
--   CREATE EXTENSION postgres_fdw
--   CREATE EXTENSION file_fdw
--   CREATE EXTENSION plpython3u
--   CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw
--   LOAD 'dblink'
{each};

-- attack: read/leaky-function
-- what: makes a function, an operator or a view that shows what it is given
-- must: refused 42501 42601
-- each:
--   CREATE FUNCTION pg_temp.show(text) RETURNS boolean LANGUAGE sql COST 0.0001 AS 'SELECT true'
--   CREATE FUNCTION public.show(text) RETURNS boolean LANGUAGE sql AS 'SELECT true'
--   CREATE FUNCTION core.show(text) RETURNS boolean LANGUAGE sql AS 'SELECT true'
--   CREATE VIEW core.show AS SELECT 1
--   CREATE SCHEMA mine
--   CREATE TEMP TABLE mine (id int)
--   CREATE TEMP VIEW mine AS SELECT * FROM core.products
--   CREATE TEMP SEQUENCE mine
--   SELECT * INTO TEMP mine FROM core.products
--   CREATE MATERIALIZED VIEW public.mine AS SELECT * FROM core.products
--   CREATE DOMAIN public.mine AS text
--   CREATE CAST (uuid AS text) WITH INOUT
--   CREATE TABLE public.mine (id int)
--   CREATE OPERATOR public.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = uuid_eq)
--   CREATE TYPE public.mine AS (id int)
{each};

-- attack: read/hijack-search-path
-- what: puts a schema of their own before the catalogue's
-- must: nothing
SET LOCAL search_path = mine, public, pg_catalog;
SELECT auth.current_org() WHERE auth.current_org() <> :own_org;

-- attack: read/explain-analyze-users
-- what: asks by EXPLAIN ANALYZE whether an address is registered
-- must: same
-- known: EXPLAIN counts the rows that a policy removes. No grant takes EXPLAIN away from a role; an application that does not pass on what is typed does not pass on EXPLAIN either
EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, COSTS OFF, BUFFERS OFF) SELECT id FROM core.users WHERE email = :other_email;
-- instead:
EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, COSTS OFF, BUFFERS OFF) SELECT id FROM core.users WHERE email = 'nobody-at-all@example.org';

-- attack: read/explain-estimate
-- what: asks the planner's estimate for the size of another tenant
-- via: primary replica
-- must: same
-- known: the planner estimates from statistics of all rows, whoever asks. migrations/variants/blind-statistics.sql takes the tenants' sizes out of the statistics; its price is in docs/schema.md
EXPLAIN SELECT 1 FROM core.orders WHERE organization_id = :largest_org;
-- instead:
EXPLAIN SELECT 1 FROM core.orders WHERE organization_id = :missing;

-- attack: read/size-of-all
-- what: reads how large tables are and how often they are changed, all tenants together
-- via: primary replica
-- must: nothing
-- known: the catalogue and the counters of the server are everybody's, and drivers and monitoring read them. They count all tenants together and show no row
-- each:
--   SELECT reltuples FROM pg_class WHERE oid = 'core.products'::regclass
--   SELECT pg_relation_size('core.products')
--   SELECT n_tup_ins FROM pg_stat_user_tables WHERE relid = 'core.products'::regclass
--   SELECT pg_database_size(current_database())
{each};

-- attack: read/definitions
-- what: reads the source of functions and policies
-- must: nothing
-- known: pg_proc and pg_policies are everybody's. There is no secret in them: what is secret is in rows
SELECT prosrc FROM pg_proc WHERE oid = 'auth.current_org()'::regprocedure;

-- attack: read/slug-oracle
-- what: asks by making an organization whether a slug is taken
-- must: same
-- known: a slug is a public address of the whole platform, and the second who asks for one must be told
SELECT core.create_organization('Mine', :other_slug) IS NOT NULL;
-- instead:
SELECT core.create_organization('Mine', 'nobody-has-this-slug') IS NOT NULL;

-- attack: read/notifications
-- what: listens to a channel that another tenant's requests notify
-- transaction: off
-- must: clean
-- known: channels have no owner. A payload is public to all who may connect: it names that something changed, never what
LISTEN orders;
-- victim:
NOTIFY orders, 'victimsecret payload';
