-- What a request leaves on the pooler's connection for the next client. "then" is the next client, on the same connection;
-- it says nothing about itself unless "next" says who it is.

-- attack: pooler/identity
-- what: sets the identity for the session
-- via: pooler
-- transaction: off
-- must: nothing
SELECT set_config('request.jwt.claim.sub', :own_user, false), set_config('app.org_id', :own_org, false);
-- then:
SELECT name FROM core.products;

-- attack: pooler/identity-by-set
-- what: the same by SET
-- via: pooler
-- transaction: off
-- must: nothing
SET request.jwt.claim.sub = :own_user;
SET app.org_id = :own_org;
-- then:
SELECT current_setting('app.org_id', true), auth.uid();

-- attack: pooler/identity-committed
-- what: sets the identity for the session in a transaction that is committed
-- via: pooler
-- must: nothing
SELECT set_config('request.jwt.claim.sub', :own_user, false), set_config('app.org_id', :own_org, false);
-- then:
SELECT order_number FROM core.orders;

-- attack: pooler/cursor
-- what: leaves a cursor WITH HOLD over its orders
-- via: pooler
-- must: refused 34000
DECLARE kept CURSOR WITH HOLD FOR SELECT order_number FROM core.orders;
-- then:
FETCH ALL FROM kept;

-- attack: pooler/prepared
-- what: leaves a prepared statement
-- via: pooler
-- must: refused 26000
PREPARE kept AS SELECT 'mine';
-- then:
EXECUTE kept;

-- attack: pooler/prepared-listed
-- what: leaves prepared statements and cursors that tell what was asked
-- via: pooler
-- must: nothing
PREPARE kept AS SELECT name FROM core.products WHERE name = 'what I look for';
DECLARE held CURSOR WITH HOLD FOR SELECT 1;
-- then:
SELECT statement FROM pg_prepared_statements UNION ALL SELECT statement FROM pg_cursors WHERE name <> '';

-- attack: pooler/poisoned
-- what: prepares a statement of its own under the name that the pooler gives to another's
-- via: pooler
-- must: refused 26000
PREPARE "PGBOUNCER_1" AS SELECT 'poisoned';
-- then:
EXECUTE "PGBOUNCER_1";

-- attack: pooler/listen
-- what: leaves a subscription to a channel
-- via: pooler
-- transaction: off
-- must: nothing
LISTEN orders;
-- then:
SELECT pg_listening_channels();

-- attack: pooler/advisory-lock
-- what: leaves a lock that nobody releases
-- via: pooler
-- must: refused
SELECT pg_advisory_lock(42);

-- attack: pooler/setting
-- what: leaves a setting that stops or misleads who comes next
-- via: pooler
-- transaction: off
-- must: nothing
-- each:
--   row_security = off
--   lock_timeout = 1
--   default_transaction_read_only = on
--   search_path = nowhere
--   enable_indexscan = off
--   work_mem = '64kB'
--   session_replication_role = origin
--   transform_null_equals = on
--   default_transaction_isolation = 'serializable'
--   client_min_messages = 'error'
SET {each};
-- then:
SELECT name, setting FROM pg_settings WHERE source = 'session'
   AND name IN ('row_security', 'statement_timeout', 'lock_timeout', 'default_transaction_read_only', 'search_path', 'enable_indexscan', 'work_mem',
                'session_replication_role', 'transform_null_equals', 'default_transaction_isolation', 'client_min_messages');

-- attack: pooler/reset-cancelled
-- what: leaves a time limit so short that the pooler's own reset is cancelled on a busy server, and all it would forget stays
-- via: pooler
-- transaction: off
-- must: nothing
-- known: DISCARD ALL is a statement of the session, which the session's statement_timeout ends; PgBouncer takes no notice that its reset failed and hands the connection on. Whether it does is a matter of a millisecond. Set the identity first in each transaction, with a statement_timeout of your own; server_lifetime = 0 opens a new connection for each transaction
SELECT set_config('request.jwt.claim.sub', :own_user, false), set_config('app.org_id', :own_org, false);
SET statement_timeout = 1;
-- then:
SELECT current_setting('app.org_id', true), current_setting('statement_timeout') = '1ms';

-- attack: pooler/role
-- what: leaves another role
-- via: pooler
-- transaction: off
-- must: nothing
SET ROLE olympus_app;
-- then:
SELECT current_user WHERE current_user <> session_user;

-- attack: pooler/temporary-table
-- what: leaves a temporary table of a name that others use
-- via: pooler
-- must: refused
CREATE TEMP TABLE products (name text);

-- attack: pooler/open-transaction
-- what: goes away in the middle of a transaction
-- via: pooler
-- must: nothing
-- end: leave
SELECT 1;
-- then:
SELECT current_setting('app.org_id', true), auth.uid();

-- attack: pooler/sequence-state
-- what: leaves the last value of a sequence
-- via: pooler
-- must: refused 55000
SELECT core.create_organization('Left', 'left-by-another');
-- then:
SELECT lastval();

-- attack: pooler/console
-- what: asks the pooler's console for clients, servers and pools, or stops it
-- via: pooler
-- database: pgbouncer
-- transaction: off
-- must: refused 08P01
-- each:
--   SHOW CLIENTS
--   SHOW CONFIG
--   PAUSE
--   KILL olympus
{each};
