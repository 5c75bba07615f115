-- Becoming somebody, or making somebody a member who did not agree. What each line of a header means: ../read-attacks.ts

-- attack: membership/insert-accepted
-- what: writes an accepted membership for a user of another tenant and reads that user
-- must: refused
INSERT INTO core.organization_members (organization_id, user_id, role, accepted_at) VALUES (:own_org, :other_user, 'viewer', now());
SELECT email FROM core.users WHERE id = :other_user;

-- attack: membership/insert-without-token
-- what: writes a membership without a token, which once counted as accepted
-- must: refused
INSERT INTO core.organization_members (organization_id, user_id, role) VALUES (:own_org, :other_user, 'viewer');
SELECT email FROM core.users WHERE id = :other_user;

-- attack: membership/insert-invitation
-- what: invites a user of another tenant by identifier and reads that user while the invitation is open
-- must: refused
INSERT INTO core.organization_members (organization_id, user_id, role, invitation_token, invitation_expires_at)
VALUES (:own_org, :other_user, 'viewer', 'mine', now() + interval '1 day');
SELECT email FROM core.users WHERE id = :other_user;

-- attack: membership/insert-expired-invitation
-- what: the same with an invitation that has expired
-- must: refused
INSERT INTO core.organization_members (organization_id, user_id, role, invitation_token, invitation_expires_at)
VALUES (:own_org, :other_user, 'viewer', 'mine', now() - interval '1 day');
SELECT email FROM core.users WHERE id = :other_user;

-- attack: membership/insert-into-other
-- what: writes a membership of their own in another tenant
-- must: refused
INSERT INTO core.organization_members (organization_id, user_id, role) VALUES (:other_org, :own_user, 'admin');

-- attack: membership/merge
-- what: the same by MERGE
-- must: refused
MERGE INTO core.organization_members AS m USING (VALUES (:other_user::uuid)) AS v (id) ON m.user_id = v.id AND m.organization_id = :own_org
WHEN NOT MATCHED THEN INSERT (organization_id, user_id, role) VALUES (:own_org, v.id, 'viewer');

-- attack: membership/copy
-- what: the same by COPY
-- must: refused 42501 0A000
COPY core.organization_members (organization_id, user_id, role) FROM STDIN;

-- attack: membership/by-role
-- what: others of the tenant write memberships
-- as: {each}
-- must: refused
-- each:
--   admin
--   manager
--   member
--   viewer
INSERT INTO core.organization_members (organization_id, user_id, role) VALUES (:own_org, :other_user, 'viewer');

-- attack: membership/accept-for-another
-- what: accepts the invitation of somebody else, whose token leaked
-- must: refused
SELECT core.accept_invitation('victimsecret-token');

-- attack: membership/accept-other-address
-- what: accepts an invitation of another tenant to another address
-- must: refused
SELECT core.accept_invitation('victimsecret-invitation');

-- attack: membership/accept-nothing
-- what: accepts without a token
-- must: refused
-- each:
--   NULL
--   ''
SELECT core.accept_invitation({each});

-- attack: membership/set-accepted
-- what: accepts for the invited by writing the column
-- must: refused
UPDATE core.organization_members SET accepted_at = now() WHERE user_id = :pending_user;

-- attack: membership/change-user
-- what: turns a membership of the tenant into one of somebody else
-- must: refused
UPDATE core.organization_members SET user_id = :other_user WHERE role = 'viewer';

-- attack: membership/change-organization
-- what: moves a membership into another tenant
-- must: refused
UPDATE core.organization_members SET organization_id = :other_org WHERE user_id = :own_user;

-- attack: membership/reactivate
-- what: makes somebody a member again who has left, and reads them
-- must: refused
UPDATE core.organization_members SET status = 'active' WHERE user_id = :former_user;
SELECT email FROM core.users WHERE id = :former_user;

-- attack: membership/promote-self
-- what: gives themselves a higher role
-- as: {each}
-- must: nothing
-- each:
--   manager
--   member
--   viewer
UPDATE core.organization_members SET role = 'admin' WHERE user_id = :own_user;

-- attack: membership/promote-to-owner
-- what: an admin makes themselves the owner
-- as: admin
-- must: nothing
UPDATE core.organization_members SET role = 'owner' WHERE user_id = :own_user;

-- attack: membership/manage-other-tenant
-- what: a member of both tenants changes the members of the one they are not working in
-- as: both
-- must: nothing
UPDATE core.organization_members SET team_id = NULL WHERE organization_id = :other_org;

-- attack: membership/transfer-to-other
-- what: asks by a transfer of ownership whether a user exists
-- must: same
SELECT core.transfer_ownership(:other_user);
-- instead:
SELECT core.transfer_ownership(:missing);

-- attack: membership/invite-oracle
-- what: asks by an invitation whether an address is registered
-- must: same
SELECT length(core.invite_member(:other_email));
SELECT count(*) FROM core.invitations WHERE email = :other_email;
-- instead:
SELECT length(core.invite_member('nobody-at-all@example.org'));
SELECT count(*) FROM core.invitations WHERE email = 'nobody-at-all@example.org';

-- attack: membership/invite-above
-- what: an admin invites an owner, or another admin
-- as: admin
-- must: refused 42501
-- each:
--   owner
--   admin
SELECT core.invite_member('friend@example.org', '{each}');

-- attack: membership/invite-by-member
-- what: a member invites
-- as: member
-- must: refused
SELECT core.invite_member('friend@example.org');

-- attack: membership/remove-other
-- what: ends memberships of another tenant, and asks whether there are any
-- must: same
SELECT core.remove_member(:other_user);
-- instead:
SELECT core.remove_member(:missing);

-- attack: membership/read-token
-- what: reads the tokens of invitations
-- via: primary pooler replica
-- must: refused
SELECT invitation_token FROM core.organization_members;

-- attack: membership/read-token-hash
-- what: reads the hashes of tokens
-- must: refused
SELECT token_hash FROM core.invitations;

-- attack: membership/read-token-in-audit
-- what: reads the tokens of invitations in the audit
-- via: primary replica
-- must: nothing
SELECT coalesce(new_values ->> 'invitation_token', old_values ->> 'invitation_token') FROM audit.logs
 WHERE table_name = 'core.organization_members'
   AND coalesce(new_values ->> 'invitation_token', old_values ->> 'invitation_token') <> '(masked)';

-- attack: membership/read-masked-column
-- what: reads what members do not see of each other
-- via: primary replica
-- must: refused
-- each:
--   phone
--   metadata
--   preferences
--   auth_id
--   last_login_at
--   search_vector
--   phone_verified_at
SELECT {each} FROM core.users;

-- attack: membership/read-whole-user
-- what: reads users whole
-- must: refused
-- each:
--   *
--   u
--   to_jsonb(u)
--   row_to_json(u)
--   u::text
SELECT {each} FROM core.users AS u;

-- attack: membership/filter-by-masked-column
-- what: asks for a masked column in a condition
-- must: refused
-- each:
--   phone LIKE '%1%'
--   search_vector @@ 'victimsecret'::tsquery
--   metadata ? 'x'
SELECT count(*) FROM core.users WHERE {each};

-- attack: membership/return-masked-column
-- what: has a change return masked columns
-- must: refused
UPDATE core.users SET bio = bio RETURNING phone, metadata;

-- attack: membership/read-invited
-- what: reads a user of another tenant who was invited and has not accepted
-- via: primary pooler replica
-- must: nothing
SELECT email FROM core.users WHERE id = :pending_user;

-- attack: membership/read-former
-- what: reads a user of another tenant whose membership has ended
-- must: nothing
SELECT email FROM core.users WHERE id = :former_user;

-- attack: membership/as-former
-- what: works on in a tenant after the membership has ended
-- as: former
-- via: primary replica
-- must: nothing
SELECT name FROM core.products;

-- attack: membership/as-invited
-- what: works in a tenant before accepting
-- as: pending
-- must: nothing
SELECT name FROM core.products;

-- attack: identity/claim-organization
-- what: names another tenant and believes to be in it
-- as: claimer
-- via: primary pooler replica
-- must: nothing
-- each:
--   core.products
--   core.orders
--   core.order_items
--   core.categories
--   core.inventory_levels
--   archive.orders
--   audit.logs
--   analytics.organization_metrics
SELECT * FROM {each};

-- attack: identity/nobody
-- what: says nothing about themselves
-- as: nobody
-- via: primary pooler replica
-- must: nothing
-- each:
--   core.organizations
--   core.products
--   core.orders
--   core.organization_members
--   audit.logs
--   analytics.organization_metrics
SELECT id_of::text FROM (SELECT to_jsonb(t) AS id_of FROM {each} AS t) AS s;

-- attack: identity/no-organization
-- what: names no tenant
-- as: noorg
-- must: nothing
SELECT name FROM core.products UNION ALL SELECT customer_email FROM core.orders;

-- attack: identity/malformed
-- what: names a tenant that is no identifier
-- must: refused 22P02
SELECT set_config('app.org_id', 'x'' OR true --', true);
SELECT name FROM core.products;

-- attack: identity/set-another
-- what: says to be a user of another tenant
-- via: primary pooler replica
-- must: clean
-- known: PostgreSQL believes the session. Whoever can type set_config() is whoever they say; the application must set the identity itself, first in each transaction, and never build SQL from what it is sent. A claim that is signed and verified by a definer function would close it, at the price of one HMAC a statement
SELECT set_config('request.jwt.claim.sub', :other_user, true), set_config('app.org_id', :other_org, true);
SELECT name FROM core.products;

-- attack: identity/set-claims
-- what: the same by the claims as JSON
-- must: clean
-- known: as identity/set-another
SELECT set_config('request.jwt.claim.sub', '', true), set_config('request.jwt.claims', json_build_object('sub', :other_user)::text, true),
       set_config('app.org_id', :other_org, true);
SELECT name FROM core.products;

-- attack: identity/switch-under-a-plan
-- what: keeps a prepared plan, with its tenant, and goes on as nobody
-- via: primary pooler replica
-- must: nothing
SET LOCAL plan_cache_mode = force_generic_plan;
PREPARE mine AS SELECT count(*) FROM core.products;
EXECUTE mine;
SELECT set_config('request.jwt.claim.sub', '', true), set_config('app.org_id', '', true);
EXECUTE mine;
