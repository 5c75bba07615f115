-- what: roles, extensions, schemas and the settings of the database
--
-- Roles belong to the cluster and may serve other databases: they are made if absent, and `down` keeps them.
--   olympus_owner     owns every object; BYPASSRLS, because FORCE ROW LEVEL SECURITY also binds owners (D8, D9)
--   olympus_app       what an application's login is a member of; row-level security applies
--   olympus_readonly  as olympus_app, SELECT only: reports, replicas
--   olympus_service   background jobs; BYPASSRLS. Never granted to the application's login

LOCK TABLE pg_catalog.pg_authid IN SHARE ROW EXCLUSIVE MODE; -- two databases migrated at once meet here, not in an error

DO $$
DECLARE
  role record;
BEGIN
  FOR role IN
    SELECT * FROM (VALUES
      ('olympus_owner', 'NOLOGIN BYPASSRLS'), ('olympus_app', 'NOLOGIN NOBYPASSRLS'),
      ('olympus_readonly', 'NOLOGIN NOBYPASSRLS'), ('olympus_service', 'NOLOGIN BYPASSRLS')
    ) AS wanted (name, attributes)
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
  LOOP
    EXECUTE format('CREATE ROLE %I %s', role.name, role.attributes);
  END LOOP;
  FOR role IN
    SELECT * FROM (VALUES ('olympus_app_login', 'olympus_app'), ('olympus_owner_login', 'olympus_owner')) AS wanted (login, role)
    WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = login)
      AND NOT EXISTS (SELECT FROM pg_auth_members WHERE roleid = wanted.role::regrole AND member = to_regrole(login))
  LOOP
    EXECUTE format('GRANT %I TO %I', role.role, role.login);
  END LOOP;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'olympus_owner_login'
             AND NOT coalesce(rolconfig, '{}') @> ARRAY['role=olympus_owner']) THEN
    ALTER ROLE olympus_owner_login SET role = 'olympus_owner';
  END IF;
END $$;

CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
CREATE EXTENSION IF NOT EXISTS btree_gin SCHEMA public;

-- What the schema can do without. pg_stat_statements answers only where it is preloaded; gen_random_uuid() needs no
-- extension since 13, so uuid-ossp and pgcrypto are here because the specification names them; postgis serves no table.
DO $$
DECLARE
  extension text;
BEGIN
  FOR extension IN
    SELECT name FROM pg_available_extensions
     WHERE name IN ('uuid-ossp', 'pgcrypto', 'pg_stat_statements', 'pgstattuple', 'postgis')
  LOOP
    EXECUTE format('CREATE EXTENSION IF NOT EXISTS %I SCHEMA public', extension);
  END LOOP;
END $$;

-- D10: nobody but the owner may create what a search_path could find. TEMP: REFRESH .. CONCURRENTLY needs it.
DO $$
BEGIN
  EXECUTE format('ALTER DATABASE %I SET search_path TO core, public', current_database());
  EXECUTE format('ALTER DATABASE %I SET timezone TO ''UTC''', current_database()); -- D17, D22: months and days are UTC
  EXECUTE format('REVOKE CREATE, TEMP ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CREATE, TEMP ON DATABASE %I TO olympus_owner', current_database());
END $$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

ALTER SCHEMA ops OWNER TO olympus_owner;
ALTER TABLE ops.schema_migrations OWNER TO olympus_owner;
CREATE SCHEMA core AUTHORIZATION olympus_owner;
CREATE SCHEMA auth AUTHORIZATION olympus_owner;
CREATE SCHEMA billing AUTHORIZATION olympus_owner;
CREATE SCHEMA analytics AUTHORIZATION olympus_owner;
CREATE SCHEMA audit AUTHORIZATION olympus_owner;
CREATE SCHEMA queue AUTHORIZATION olympus_owner;
CREATE SCHEMA cache AUTHORIZATION olympus_owner;
CREATE SCHEMA archive AUTHORIZATION olympus_owner;

COMMENT ON SCHEMA core IS 'Business entities; every table but users carries its tenant';
COMMENT ON SCHEMA auth IS 'Who is asking: functions over the transaction''s identity';
COMMENT ON SCHEMA billing IS 'Types of subscriptions and invoices';
COMMENT ON SCHEMA analytics IS 'Views for reports and for whoever runs the database';
COMMENT ON SCHEMA audit IS 'History of changes';
COMMENT ON SCHEMA queue IS 'Job queues; the specification names the schema and puts nothing into it';
COMMENT ON SCHEMA cache IS 'Materialised views';
COMMENT ON SCHEMA archive IS 'Orders of months that were retired';
COMMENT ON SCHEMA ops IS 'Trigger functions, partitions, archiving, migrations: on nobody''s search_path';

-- D10: a function is executed by nobody until it is granted.
ALTER DEFAULT PRIVILEGES FOR ROLE olympus_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
