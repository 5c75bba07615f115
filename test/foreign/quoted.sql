-- Names that must be quoted, no tenant, partitions in two levels, row-level security, a view.
CREATE EXTENSION pg_stat_statements;
CREATE SCHEMA "Sales Data";
CREATE SCHEMA "select";
CREATE TABLE "Sales Data"."Order Lines" ("Id" bigint GENERATED ALWAYS AS IDENTITY, "Made At" date NOT NULL, "Who" uuid, "Price €" numeric, "order" int, PRIMARY KEY ("Id", "Made At")) PARTITION BY RANGE ("Made At");
CREATE TABLE "Sales Data"."Lines 2025" PARTITION OF "Sales Data"."Order Lines" FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE "Sales Data"."Lines 2026" PARTITION OF "Sales Data"."Order Lines" FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY HASH ("Id");
CREATE TABLE "Sales Data".p0 PARTITION OF "Sales Data"."Lines 2026" FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE "Sales Data".p1 PARTITION OF "Sales Data"."Lines 2026" FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE INDEX "by ""order" ON "Sales Data"."Order Lines" ("order");
CREATE TABLE "select"."Notes" ("Note" text, "Owner" text NOT NULL, id int PRIMARY KEY, "It""s" int);
CREATE VIEW "Sales Data"."By Day" AS SELECT "Made At" AS "Day", count(*) AS "How Many", sum("Price €") AS "Sum" FROM "Sales Data"."Order Lines" GROUP BY 1;
ALTER TABLE "select"."Notes" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "own notes" ON "select"."Notes" USING ("Owner" = current_setting('my.owner', true));
INSERT INTO "Sales Data"."Order Lines" ("Made At", "Who", "Price €", "order") SELECT date '2025-01-01' + n % 700, md5((n % 500)::text)::uuid, n % 100, n % 3000 FROM generate_series(1, 9000) AS n;
INSERT INTO "select"."Notes" SELECT repeat('note ' || n, 10), 'owner' || n % 50, n, n % 777 FROM generate_series(1, 5000) AS n;
ANALYZE;
