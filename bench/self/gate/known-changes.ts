import type { Statement } from '../../../scenarios/statement.ts';

/** A change of an index whose right answer is known because the statements were made for it. */
export interface KnownChange {
  readonly ddl: readonly string[];
  readonly drop: readonly string[];
  readonly right: 'keep' | 'do-not';
}

/** Columns that no index of the schema has: neither to order a tenant's rows by, nor to read without the table. */
const dropped = {
  products: ['weight_grams', 'cost_cents', 'published_at', 'compare_at_price_cents', 'seo_title'],
  orders: ['customer_email', 'subtotal_cents', 'shipped_at', 'source', 'tracking_number'],
} as const;
const added = {
  products: ['tax_code', 'low_stock_threshold', 'version'],
  orders: ['internal_notes', 'delivered_at'],
} as const;
type Columns = Readonly<Record<'products' | 'orders', readonly string[]>>;

const pairs = (columns: Columns) =>
  (['products', 'orders'] as const).flatMap((table) => columns[table].map((column) => ({ table, column })));
const nameOf = ({ table, column }: { table: string; column: string }) => `self_${table}_${column}`;
const create = (of: { table: string; column: string }) =>
  `CREATE INDEX ${nameOf(of)} ON core.${of.table} (organization_id, ${of.column})`;

/** What the base has, so that dropping it can hurt. */
export const usedIndexes: readonly string[] = pairs(dropped).map(create);

/** One statement for each: the first rows of a tenant by that column, whatever its values are. */
export const knownStatements = (like: Statement): Statement[] =>
  [...pairs(dropped), ...pairs(added)].map((of) => statementFor(like, of));

/** Those of them that the used indexes were made for. */
export const statementsOfUsed = (like: Statement): Statement[] =>
  pairs(dropped).map((of) => statementFor(like, of));

const statementFor = (like: Statement, of: { table: string; column: string }): Statement => ({
  ...like,
  name: `self/${of.table}-${of.column}`,
  sql: `SELECT organization_id, ${of.column} FROM core.${of.table} WHERE organization_id = $1 ORDER BY ${of.column} LIMIT 5`,
  params: [{ name: 'organization_id', source: 'tenant', column: 'id' }],
  expects: [],
  weight: 1,
  role: 'owner',
  kind: 'read',
});

/** Ten drops of used indexes, five useful new ones, five that no statement can gain by. */
export const knownChanges: readonly KnownChange[] = [
  ...pairs(dropped).map((of): KnownChange => ({ ddl: [], drop: [nameOf(of)], right: 'do-not' })),
  ...pairs(added).map((of): KnownChange => ({ ddl: [create(of)], drop: [], right: 'keep' })),
  ...[
    'CREATE INDEX self_useless_1 ON core.products (organization_id, barcode)',
    'CREATE INDEX self_useless_2 ON core.orders (customer_phone)',
    'CREATE INDEX self_useless_3 ON core.product_variants (organization_id, product_id)',
    'CREATE INDEX self_useless_4 ON core.products (organization_id, updated_at)',
    "CREATE INDEX self_useless_5 ON core.orders (organization_id, cancelled_at) WHERE status = 'cancelled'",
  ].map((sql): KnownChange => ({ ddl: [sql], drop: [], right: 'do-not' })),
];
