-- what: organizations, users and who is a member of what
SET LOCAL ROLE olympus_owner;

CREATE TABLE core.organizations (
  id                  uuid PRIMARY KEY DEFAULT core.new_id(),
  name                text NOT NULL,
  slug                text NOT NULL CONSTRAINT organizations_slug_format CHECK (slug ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$'),
  logo_url            text,
  email               text,
  phone               text,
  website             text,
  address             jsonb NOT NULL DEFAULT '{}',
  settings            jsonb NOT NULL DEFAULT '{}',
  limits              jsonb NOT NULL DEFAULT '{}',
  stripe_customer_id  text,
  subscription_plan   text NOT NULL DEFAULT 'free',
  subscription_status billing.subscription_status NOT NULL DEFAULT 'active',
  status              core.entity_status NOT NULL DEFAULT 'active',
  created_at          timestamptz NOT NULL DEFAULT now(),
  updated_at          timestamptz NOT NULL DEFAULT now(),
  deleted_at          timestamptz,
  version             integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX organizations_slug_unique ON core.organizations (slug) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX organizations_stripe_unique ON core.organizations (stripe_customer_id) WHERE stripe_customer_id IS NOT NULL;
COMMENT ON TABLE core.organizations IS 'Tenants';
COMMENT ON INDEX core.organizations_pkey IS 'guards the identifier; serves foreign keys';
COMMENT ON INDEX core.organizations_slug_unique IS 'guards one live organization a slug';
COMMENT ON INDEX core.organizations_stripe_unique IS 'guards one organization a Stripe customer';

CREATE TABLE core.users (
  id                uuid PRIMARY KEY DEFAULT core.new_id(),
  auth_id           uuid CONSTRAINT users_auth_unique UNIQUE,
  email             text NOT NULL CONSTRAINT users_email_format CHECK (email ~* '^[^@\s]+@[^@\s]+\.[^@\s]{2,}$'),
  email_verified_at timestamptz,
  phone             text,
  phone_verified_at timestamptz,
  full_name         text NOT NULL,
  display_name      text,
  avatar_url        text,
  bio               text,
  preferences       jsonb NOT NULL DEFAULT '{}',
  metadata          jsonb NOT NULL DEFAULT '{}',
  status            core.entity_status NOT NULL DEFAULT 'active',
  last_login_at     timestamptz,
  last_active_at    timestamptz,
  created_at        timestamptz NOT NULL DEFAULT now(),
  updated_at        timestamptz NOT NULL DEFAULT now(),
  deleted_at        timestamptz,
  version           integer NOT NULL DEFAULT 1,
  search_vector     tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('english', coalesce(full_name, '')), 'A') ||
    setweight(to_tsvector('english', coalesce(email, '')), 'B') ||
    setweight(to_tsvector('english', coalesce(bio, '')), 'C')) STORED
);
-- D22: an address is one address whatever its case. Replaces idx_users_email and idx_users_email_lower.
CREATE UNIQUE INDEX users_email_unique ON core.users (lower(email)) WHERE deleted_at IS NULL;
CREATE INDEX idx_users_created ON core.users (created_at DESC);
CREATE INDEX idx_users_unverified ON core.users (created_at) WHERE email_verified_at IS NULL AND deleted_at IS NULL;
COMMENT ON TABLE core.users IS 'People; a person may be a member of several organizations';
COMMENT ON INDEX core.users_pkey IS 'guards the identifier; serves foreign keys';
COMMENT ON INDEX core.users_auth_unique IS 'guards one user an external identity';
COMMENT ON INDEX core.users_email_unique IS 'guards one live user an address; serves users/by-email';
COMMENT ON INDEX core.idx_users_created IS 'serves users/newest';
COMMENT ON INDEX core.idx_users_unverified IS 'serves users/unverified';

CREATE TABLE core.organization_members (
  id                    uuid PRIMARY KEY DEFAULT core.new_id(),
  organization_id       uuid NOT NULL REFERENCES core.organizations ON DELETE CASCADE,
  user_id               uuid NOT NULL REFERENCES core.users ON DELETE CASCADE,
  role                  core.member_role NOT NULL DEFAULT 'member',
  custom_permissions    jsonb NOT NULL DEFAULT '[]',
  invited_by            uuid REFERENCES core.users ON DELETE SET NULL,
  invited_at            timestamptz,
  invitation_token      text,
  invitation_expires_at timestamptz,
  accepted_at           timestamptz,
  team_id               uuid,
  status                core.entity_status NOT NULL DEFAULT 'active',
  created_at            timestamptz NOT NULL DEFAULT now(),
  updated_at            timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT org_members_unique UNIQUE (organization_id, user_id),
  CONSTRAINT org_members_invited CHECK (invitation_token IS NULL OR invitation_expires_at IS NOT NULL)
);
CREATE INDEX idx_org_members_user ON core.organization_members (user_id);
CREATE INDEX idx_org_members_role ON core.organization_members (organization_id, role);
CREATE INDEX idx_org_members_invited_by ON core.organization_members (invited_by) WHERE invited_by IS NOT NULL;
-- The specification's predicate calls now(), which no index may: expiry is tested when the invitation is accepted.
CREATE UNIQUE INDEX org_members_token ON core.organization_members (invitation_token)
  WHERE accepted_at IS NULL AND invitation_token IS NOT NULL;
CREATE UNIQUE INDEX idx_org_members_owner ON core.organization_members (organization_id) WHERE role = 'owner';
COMMENT ON TABLE core.organization_members IS 'Who belongs to which organization, in which role';
COMMENT ON INDEX core.organization_members_pkey IS 'guards the identifier';
COMMENT ON INDEX core.org_members_unique IS 'guards one membership a user and organization; serves members/of-user';
COMMENT ON INDEX core.idx_org_members_user IS 'serves members/organizations-of and the foreign key organization_members_user_id_fkey';
COMMENT ON INDEX core.idx_org_members_role IS 'serves members/by-role';
COMMENT ON INDEX core.idx_org_members_invited_by IS 'serves the foreign key organization_members_invited_by_fkey (D20)';
COMMENT ON INDEX core.org_members_token IS 'guards one open invitation a token';
COMMENT ON INDEX core.idx_org_members_owner IS 'guards one owner an organization';
