import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Fault } from '../../config/fault.ts';
import { connect } from '../../infra/topology/session.ts';
import type { IndexResult } from '../../result/result.ts';
import { type ScratchSetting, scratchSetting } from '../../test/scratch-setting.ts';
import { measureForms } from './forms.ts';
import { type IndexChange, indexMeasure, judgeIndexChange } from './index-change.ts';
import { readIndexes } from './indexes.ts';
import { measureWritePrice } from './write-price.ts';

let setting: ScratchSetting;
before(async () => {
  setting = await scratchSetting();
});
after(() => setting[Symbol.asyncDispose]());

const only = (...names: string[]) => setting.catalogue.filter(({ name }) => names.includes(name));
const judge = async (change: Partial<IndexChange>, ...names: string[]): Promise<IndexResult> =>
  (await judgeIndexChange({ ...setting, catalogue: only(...names) }, { ddl: [], drop: [], ...change }))
    .result;
async function databases(): Promise<string[]> {
  // Copying the database ends the sessions on it, so this is one of its own.
  await using session = await connect(setting.topology.get('primary').url('admin', 'postgres'));
  const { rows } = await session.query<{ datname: string }>(
    `SELECT datname FROM pg_database WHERE starts_with(datname, $1) AND datname <> $1`,
    [setting.database],
  );
  return rows.map(({ datname }) => datname);
}

/** On a connection of its own: copying the database ends those that are open. */
async function alter(sql: string): Promise<void> {
  await using session = await connect(setting.topology.get('primary').url('admin', setting.database));
  await session.query(sql);
}

async function refused(change: Partial<IndexChange>, message: RegExp) {
  const fault = await judge(change, 'products/by-id').then(
    () => assert.fail('it was taken'),
    (error: unknown) => error,
  );
  assert.ok(fault instanceof Fault && fault.reason === 'usage', String(fault));
  assert.match(`${fault.message} ${fault.next}`, message);
  assert.deepEqual(await databases(), []);
}

test('dropping an index that statements use is refused, names the loser and what it reads; as a measure it is a section', async () => {
  const catalogue = only('products/variants-of', 'products/by-id', 'orders/by-id');
  const { index } = await indexMeasure({ ddl: [], drop: ['idx_variants_product'] }).run({
    ...setting,
    catalogue,
  });
  const [result, ...others] = index!;
  assert.ok(result && others.length === 0);
  assert.equal(result.change, 'DROP INDEX core.idx_variants_product');
  assert.equal(result.verdict, 'do-not');
  assert.deepEqual(result.regressed, ['products/variants-of']);
  assert.match(
    result.answer!,
    /^Do not drop it: products\/variants-of, \d+ → \d+ pages for the whale, loses/,
  );
  assert.ok(result.statements!.every(({ before, after }) => after > before * 1.1));
  assert.ok(result.sizeBytes! < 0);
  assert.deepEqual(result.locks, ['AccessExclusiveLock on core.product_variants: reads and writes wait']);
  assert.deepEqual(await databases(), []);
});

test('an index that a statement needs is kept, and the statement uses it', async () => {
  const heaviest = {
    ...only('products/listing')[0]!,
    name: 'products/heaviest',
    sql: 'SELECT organization_id, id FROM core.products WHERE organization_id = $1 ORDER BY weight_grams DESC NULLS LAST, id LIMIT 5',
  };
  const { result: kept, planDiffs } = await judgeIndexChange(
    { ...setting, catalogue: [...only('products/by-id'), heaviest] },
    {
      ddl: ['CREATE INDEX i_weight ON core.products (organization_id, weight_grams DESC NULLS LAST, id)'],
      drop: [],
    },
  );
  assert.equal(kept.verdict, 'keep', kept.answer);
  assert.deepEqual(kept.helped, ['products/heaviest']);
  assert.ok(kept.statements!.some(({ indexes }) => indexes.includes('i_weight')));
  assert.ok(
    planDiffs.some(
      ({ verdict, rows }) => verdict === 'less-work' && rows.some(({ after }) => after?.includes('i_weight')),
    ),
  );
  assert.ok(kept.sizeBytes! > 0 && kept.buildMs! > 0);
});

test('an index that nothing uses is not to be made: it costs WAL, and HOT updates where it holds what they change', async () => {
  const result = await judge(
    { ddl: ['CREATE INDEX i_useless ON core.products (organization_id, updated_at)'] },
    'products/by-id',
    'products/listing',
  );
  assert.equal(result.verdict, 'do-not', result.answer);
  const [was, is] = [result.writePriceBefore!, result.writePrice];
  assert.ok(is.walBytesPerInsert! > was.walBytesPerInsert!);
  assert.ok(is.walBytesPerUpdate! > 1.1 * was.walBytesPerUpdate!, JSON.stringify([was, is]));
  assert.ok(was.hotPct! >= 20, JSON.stringify([was, is])); // at the table's own fillfactor, as vacuum leaves it
  assert.equal(is.hotPct, 0);
  assert.match(result.answer!, /HOT updates go from \d+ to 0 %/);
});

test('an index whose keys another begins with is called redundant', async () => {
  const result = await judge(
    { ddl: ['CREATE INDEX i_prefix ON core.product_variants (organization_id, product_id)'] },
    'products/by-id',
  );
  assert.ok(
    result.notes!.includes('Redundant: the keys of idx_variants_product begin with its.'),
    String(result.notes),
  );
});

test('an index of a partitioned table is one index, locks all partitions, and its live way is told', async () => {
  const result = await judge({ ddl: ['CREATE INDEX i_source ON core.orders (source)'] }, 'orders/by-id');
  assert.match(result.locks!.join(), /^ShareLock on core\.orders and \d+ partitions: writes wait$/);
  assert.match(result.notes!.join(), /CONCURRENTLY is refused/);
  assert.equal(result.verdict, 'do-not');
});

test('an index of one partition is judged by what touches the whole', async () => {
  await using admin = await connect(setting.topology.get('primary').url('admin', setting.database));
  const { rows } = await admin.query<{ leaf: string }>(
    `SELECT relid::text AS leaf FROM pg_partition_tree('core.orders') WHERE isleaf ORDER BY pg_relation_size(relid) DESC LIMIT 1`,
  );
  const result = await judge({ ddl: [`CREATE INDEX i_leaf ON ${rows[0]!.leaf} (source)`] }, 'orders/by-id');
  assert.equal(result.verdict, 'do-not', result.answer);
  assert.match(
    result.answer!,
    /the one statement of the catalogue that can touch core\.orders_\d+_\d+ gains/,
  );
});

test('an unlogged table writes no WAL, and so do its indexes', async () => {
  await alter(
    'CREATE UNLOGGED TABLE core.scratch AS SELECT n, now() + make_interval(secs => n) AS updated_at FROM generate_series(1, 500) AS n',
  );
  await alter('CREATE INDEX ON core.scratch (n)');
  try {
    await using admin = await connect(setting.topology.get('primary').url('admin', setting.database));
    const task = { table: 'core.scratch', common: 'updated_at', indexed: 'n' };
    const { walBytesPerInsert, walBytesPerUpdate, hotPct } = await measureWritePrice(admin, task);
    assert.deepEqual([walBytesPerInsert, walBytesPerUpdate], [0, 0]);
    assert.ok(hotPct !== null);
  } finally {
    await alter('DROP TABLE core.scratch');
  }
});

test('CONCURRENTLY is run as such, and its locks are seen', async () => {
  const result = await judge(
    { ddl: ['CREATE INDEX CONCURRENTLY i_c ON core.products (barcode)'] },
    'products/by-id',
  );
  assert.deepEqual(result.locks, [
    'ShareUpdateExclusiveLock on core.products: neither reads nor writes wait',
  ]);
});

test('dropping an index that only a foreign key needs depends on it', async () => {
  const result = await judge({ drop: ['core.idx_products_created_by'] }, 'products/by-id');
  assert.equal(result.verdict, 'depends');
  assert.match(result.answer!, /foreign key products_created_by_fkey: deletes from/);
});

test('WAL per write repeats within 1 %', async () => {
  const prices = [];
  for (let i = 0; i < 2; i++)
    prices.push((await judge({ drop: ['idx_products_brand'] }, 'products/by-id')).writePrice);
  const [x, y] = prices;
  for (const key of ['walBytesPerInsert', 'walBytesPerUpdate'] as const)
    assert.ok(Math.abs(x![key]! / y![key]! - 1) < 0.01, `${key}: ${x![key]} and ${y![key]}`);
});

test('SQL that fails says where, and no copy is left behind', async () => {
  await refused({ ddl: ['CREATE INDEX ON core.products\n (nope)'] }, /"nope" does not exist/);
  await refused(
    { ddl: ['CREATE INDEX ON core.products USING\n btree organization_id'] },
    /at line 2, column 8/,
  );
});

test('an index that exists, an unknown one, one of a constraint and no index change are refused', async () => {
  await refused(
    { ddl: ['CREATE INDEX idx_products_brand ON core.products (sku)'] },
    /already exists.*--drop NAME/s,
  );
  await refused(
    { ddl: ['CREATE INDEX IF NOT EXISTS idx_products_brand ON core.products (sku)'] },
    /Nothing changes/,
  );
  await refused(
    { drop: ['idx_product_brand'] },
    /no index "idx_product_brand".*Did you mean "idx_products_brand"/,
  );
  await refused({ drop: ['products_pkey'] }, /belongs to the constraint products_pkey/);
  await refused({ ddl: ['DROP TABLE core.products'] }, /changes no index/);
  await refused({ ddl: ['  -- nothing'] }, /holds no SQL/);
  await refused({ ddl: ['DROP INDEX a; DROP INDEX b'] }, /is 2 statements/);
  await refused({}, /No change of an index is given/);
  await refused(
    { ddl: ['CREATE INDEX CONCURRENTLY ON core.orders (source)'] },
    /CONCURRENTLY on each partition, then ALTER INDEX/i,
  );
});

test('a new index is built in both ways while others ask: plain makes writes wait, CONCURRENTLY does not', async () => {
  const ddl = ['CREATE INDEX i_forms ON core.products (organization_id, weight_grams)'];
  const { result } = await judgeIndexChange(
    { ...setting, catalogue: only('products/by-id') },
    { ddl, drop: [] },
    'whole',
  );
  const [plain, concurrently] = result.forms!;
  assert.deepEqual(
    [plain!.form, plain!.steps, concurrently!.form, concurrently!.steps],
    ['plain', 1, 'concurrently', 1],
  );
  assert.ok(plain!.ms > 0 && concurrently!.ms > 0 && plain!.writeWaitMs >= 0);
  assert.ok(
    concurrently!.locks.every((lock) => /neither reads nor writes wait$/.test(lock)),
    `${concurrently!.locks}`,
  );
  assert.ok(result.hypothetical!.usedBy !== null || /HypoPG/.test(result.hypothetical!.why));
  assert.deepEqual(await databases(), []);
});

test('on a partitioned table CONCURRENTLY is one build and one ATTACH for each partition, and leaves nothing behind', async () => {
  await using admin = await connect(setting.topology.get('primary').url('admin', setting.database));
  await admin.query('CREATE INDEX i_parts ON core.orders (source)');
  try {
    const index = (await readIndexes(admin)).find(({ short }) => short === 'i_parts')!;
    const url = setting.topology.get('primary').url('admin', setting.database);
    const [plain, concurrently] = await measureForms({ admin, url }, index);
    const { rows } = await admin.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_partition_tree('core.orders') WHERE isleaf`,
    );
    assert.equal(concurrently!.steps, 1 + 2 * rows[0]!.n);
    assert.ok(plain!.ms > 0);
    const left = await admin.query(`SELECT FROM pg_class WHERE relname LIKE 'olympus_form%'`);
    assert.equal(left.rows.length, 0);
  } finally {
    await admin.query('DROP INDEX core.i_parts');
  }
});

test('a table without rows is not judged: neither dropping nor making an index there', async () => {
  await alter(
    'CREATE TABLE core.nobody (id uuid PRIMARY KEY, organization_id uuid); GRANT SELECT ON core.nobody TO PUBLIC',
  );
  await alter('CREATE INDEX i_nobody ON core.nobody (organization_id)');
  const reads = {
    ...only('products/by-id')[0]!,
    name: 'self/nobody',
    sql: 'SELECT organization_id FROM core.nobody WHERE organization_id = $1',
  };
  const own = {
    ...reads,
    params: [{ name: 'organization_id', source: 'tenant', column: 'id' }],
    expects: [],
    role: 'owner' as const,
  };
  try {
    for (const change of [
      { drop: ['i_nobody'] },
      { ddl: ['CREATE INDEX ON core.nobody (organization_id, id)'] },
    ]) {
      const { result } = await judgeIndexChange(
        { ...setting, catalogue: [own] },
        { ddl: [], drop: [], ...change },
      );
      assert.deepEqual(
        [result.verdict, result.answer],
        ['cannot-say', 'Cannot say: core.nobody has 0 rows, so nothing that reads it can gain or lose.'],
      );
    }
  } finally {
    await alter('DROP TABLE core.nobody');
  }
});

test('every statement that can touch the table judges, also one that hides it in a function, and not one that cannot', async () => {
  await alter(`CREATE FUNCTION public.variants_of(uuid, uuid) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER AS
    'BEGIN RETURN (SELECT count(*) FROM core.product_variants WHERE organization_id = $1 AND product_id = $2); END'`);
  try {
    const of = only('products/variants-of')[0]!;
    const hidden = {
      ...of,
      name: 'self/hidden',
      sql: 'SELECT $1::uuid AS organization_id, public.variants_of($1, $2)',
      expects: [],
    };
    const { result } = await judgeIndexChange(
      { ...setting, catalogue: [hidden, ...only('organizations/by-id')] },
      { ddl: [], drop: ['idx_variants_product'] },
    );
    assert.equal(result.verdict, 'do-not', result.answer);
    assert.deepEqual([result.regressed, result.unchanged], [['self/hidden'], []]);
  } finally {
    await alter('DROP FUNCTION public.variants_of(uuid, uuid)');
  }
});

test('a statement that fails for everybody, or for one tenant, is named, and nothing is said', async () => {
  const broken = {
    ...only('products/by-id')[0]!,
    name: 'self/broken',
    sql: 'SELECT nope FROM core.products WHERE organization_id = $1 AND id = $2',
  };
  const whale = setting.tenants[0]!.id;
  const forOne = {
    ...broken,
    name: 'self/not-for-the-whale',
    sql: `SELECT organization_id, 1 / ($1::uuid <> '${whale}'::uuid)::int FROM core.products WHERE organization_id = $1 AND id = $2`,
  };
  const { result } = await judgeIndexChange(
    { ...setting, catalogue: [broken, forOne, ...only('products/by-id')] },
    { ddl: [], drop: ['idx_products_brand'] },
  );
  assert.equal(result.verdict, 'cannot-say');
  assert.match(result.answer!, /2 that can touch core\.products could not be read/);
  assert.match(result.answer!, /self\/broken .*column "nope" does not exist/);
  assert.match(result.answer!, /self\/not-for-the-whale whale \(division by zero\)/);
});

test('a rename, an index ON ONLY a partitioned table and a storage parameter are told as what they are', async () => {
  const renamed = await judge(
    { ddl: ['ALTER INDEX core.idx_products_brand RENAME TO idx_by_brand'] },
    'products/by-id',
  );
  assert.deepEqual([renamed.verdict, renamed.answer!.slice(0, 15)], ['keep', 'Nothing changes']);
  const part = await judge({ ddl: ['CREATE INDEX i_only ON ONLY core.orders (source)'] }, 'orders/by-id');
  assert.equal(part.verdict, 'cannot-say');
  assert.match(part.answer!, /i_only is invalid until every partition has its part/);
  const filled = await judge(
    { ddl: ['ALTER INDEX core.idx_products_brand SET (fillfactor = 70)'] },
    'products/by-id',
  );
  assert.equal(filled.verdict, 'depends');
  assert.match(filled.answer!, /reads more or fewer pages after a REINDEX/);
});

test('an index of a materialised view is judged', async () => {
  const of = only('analytics/dashboard')[0]!;
  const reads = {
    ...of,
    name: 'self/view',
    role: 'owner' as const,
    expects: [],
    params: [{ name: 'organization_id', source: 'tenant', column: 'id' }],
    sql: 'SELECT organization_id FROM cache.organization_metrics WHERE organization_id = $1 AND day > now() - interval $$3 days$$',
  };
  const { result } = await judgeIndexChange(
    { ...setting, catalogue: [reads] },
    { ddl: ['CREATE INDEX i_day ON cache.organization_metrics (day)'], drop: [] },
    'whole',
  );
  assert.ok(result.verdict === 'do-not' || result.verdict === 'cannot-say', result.answer);
  assert.match(result.writeNotes!.join(), /materialised view: REFRESH alone writes it/);
  assert.deepEqual(await databases(), []);
});

test('a materialised view that is empty, or was never filled, is not judged', async () => {
  const of = { ...only('analytics/dashboard')[0]!, role: 'owner' as const, expects: [], params: [] };
  await alter(
    'CREATE MATERIALIZED VIEW core.empty_view AS SELECT organization_id, id FROM core.products WHERE false',
  );
  await alter(
    'CREATE MATERIALIZED VIEW core.unfilled AS SELECT organization_id, id FROM core.products WITH NO DATA',
  );
  await alter('GRANT SELECT ON core.empty_view, core.unfilled TO PUBLIC');
  try {
    for (const [view, why] of [
      ['empty_view', /^Cannot say: core\.empty_view has 0 rows/],
      ['unfilled', /^Cannot say: .*self\/unfilled .*has not been populated/],
    ] as const) {
      const reads = { ...of, name: `self/${view}`, sql: `SELECT organization_id FROM core.${view}` };
      const { result } = await judgeIndexChange(
        { ...setting, tenants: setting.tenants.slice(0, 1), catalogue: [reads] },
        { ddl: [`CREATE INDEX ON core.${view} (id) WHERE id IS NOT NULL`], drop: [] },
      );
      assert.equal(result.verdict, 'cannot-say');
      assert.match(result.answer!, why);
    }
  } finally {
    await alter('DROP MATERIALIZED VIEW core.empty_view, core.unfilled');
  }
});
