-- what: the empty database; roles stay, other databases may use them
ALTER DEFAULT PRIVILEGES FOR ROLE olympus_owner GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
DROP SCHEMA core, auth, billing, analytics, audit, queue, cache, archive;
ALTER TABLE ops.schema_migrations OWNER TO CURRENT_USER;
ALTER SCHEMA ops OWNER TO CURRENT_USER;
COMMENT ON SCHEMA ops IS NULL;
DROP EXTENSION IF EXISTS postgis, pgstattuple, pg_stat_statements, pgcrypto, "uuid-ossp", btree_gin, pg_trgm;
DO $$
BEGIN
  EXECUTE format('REVOKE CREATE, TEMP ON DATABASE %I FROM olympus_owner', current_database());
  EXECUTE format('GRANT TEMP ON DATABASE %I TO PUBLIC', current_database());
  EXECUTE format('ALTER DATABASE %I RESET timezone', current_database());
  EXECUTE format('ALTER DATABASE %I RESET search_path', current_database());
END $$;
