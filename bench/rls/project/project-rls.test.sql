CREATE SCHEMA "My App";
CREATE TABLE "My App"."Notes" (id bigserial PRIMARY KEY, "Tenant Id" bigint NOT NULL, body text, made date NOT NULL);
CREATE TABLE "My App".parts ("Tenant Id" bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE "My App".p1 PARTITION OF "My App".parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE "My App".templates (id int, "Tenant Id" bigint);
CREATE TABLE "My App".countries (id int, "Tenant Id" bigint);
-- ids beyond 2^53: as a number of JavaScript they would be each other's
INSERT INTO "My App"."Notes" ("Tenant Id", body, made)
  SELECT 9007199254740993 + n % 5 * (n % 3), 'x', date '2026-01-01' + n % 30 FROM generate_series(1, 600) AS n;
INSERT INTO "My App".parts SELECT "Tenant Id", made FROM "My App"."Notes";
INSERT INTO "My App".templates VALUES (1, NULL), (2, NULL);
INSERT INTO "My App".countries SELECT n, 9007199254740993 + n FROM generate_series(1, 4) AS n;
CREATE INDEX ON "My App"."Notes" ("Tenant Id");
ALTER TABLE "My App"."Notes" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "My App".parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE "My App".templates ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON "My App"."Notes" USING ("Tenant Id" = nullif(current_setting('my.tenant', true), '')::bigint);
CREATE POLICY own ON "My App".parts USING ("Tenant Id" = nullif(current_setting('my.tenant', true), '')::bigint);
CREATE POLICY all_see ON "My App".templates USING ("Tenant Id" IS NULL);
CREATE VIEW "My App".recent WITH (security_invoker) AS SELECT * FROM "My App"."Notes" WHERE made > '2026-01-10';
GRANT USAGE ON SCHEMA "My App" TO the_application;
GRANT SELECT ON "My App"."Notes", "My App".parts, "My App".templates, "My App".countries, "My App".recent TO the_application;
ANALYZE;
