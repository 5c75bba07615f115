import { Assortment } from '../assortment.ts';
import type { RowWriter } from '../copy/writer.ts';
import { Sales } from '../order-facts.ts';
import {
  ArchivedOrderItemRows,
  ArchivedOrderRows,
  archivedCount,
  archivedOrderItems,
  archivedOrders,
} from '../tables/archived-orders.ts';
import { auditLogs, OrderAuditRows, ProductAuditRows } from '../tables/audit-logs.ts';
import { CategoryRows, categories } from '../tables/categories.ts';
import { InventoryLevelRows, inventoryLevels } from '../tables/inventory-levels.ts';
import { InventoryLocationRows, inventoryLocations } from '../tables/inventory-locations.ts';
import { InventoryMovementRows, inventoryMovements } from '../tables/inventory-movements.ts';
import { MemberRows, members } from '../tables/members.ts';
import { OrderCounterRows, orderCounters } from '../tables/order-counters.ts';
import { OrderItemRows, orderItems } from '../tables/order-items.ts';
import { OrderRows, orders } from '../tables/orders.ts';
import { OrganizationRows, organizations } from '../tables/organizations.ts';
import { ProductRows, products } from '../tables/products.ts';
import { chunksOf, type Part, type Table } from '../tables/table.ts';
import { UserRows, users } from '../tables/users.ts';
import { VariantRows, variants } from '../tables/variants.ts';
import type { World } from '../world.ts';

/** One unit of work: what one transaction loads. It may be in hand only once at a time; release it afterwards. */
export interface Unit {
  readonly parts: readonly Part[];
  release(): void;
}

/** Every table that the generator fills, parents before those that refer to them. */
export const filledTables: readonly Table[] = [
  organizations,
  users,
  members,
  categories,
  products,
  variants,
  orders,
  orderItems,
  orderCounters,
  inventoryLocations,
  inventoryLevels,
  inventoryMovements,
  auditLogs,
  archivedOrders,
  archivedOrderItems,
];

/** Units of one kind, numbered from 0; any of them can be made alone. */
export interface Work {
  readonly name: string;
  readonly units: number;
  /** Roughly how many rows all units have together, for the progress. */
  readonly expectedRows: number;
  open(unit: number): Unit;
}

/** Orders whose facts are computed at once. */
const salesAhead = 256;

/** Subjects per unit: large enough that a COPY's own cost does not count, small enough to lose little on a kill. */
export const unitSizes = { tenants: 4096, users: 16_384, products: 8192, orders: 16_384 };

/**
 * All work of a data set: nothing refers to rows of later work.
 * @param live leaves the stock of products and variants at nothing: the trigger adds what their levels bring
 */
export function allWork(world: World, { sizes = unitSizes, live = false } = {}): Work[] {
  const assortment = new Assortment(world);
  return [
    userWork(world, assortment, sizes.users),
    tenantWork(world, assortment, sizes.tenants),
    productWork(world, assortment, sizes.products, live),
    orderWork(world, assortment, sizes.orders),
    archiveWork(world, assortment, sizes.orders),
  ];
}

/** Units over [0, count): `open` is given the first subject and how many. */
function work(
  name: string,
  count: number,
  size: number,
  rowsEach: number,
  open: (from: number, count: number) => Unit,
): Work {
  return {
    name,
    units: Math.ceil(count / size),
    expectedRows: count * rowsEach,
    open: (unit) => open(unit * size, Math.min(size, count - unit * size)),
  };
}

type Writing = readonly [Table, (writer: RowWriter, index: number) => void];

/** A unit whose tables are written one after another, each from all of the unit's subjects. */
const unitOf = (count: number, writings: readonly Writing[], release = () => {}): Unit => ({
  parts: writings.map(([table, write]) => ({ table, chunks: () => chunksOf(count, write) })),
  release,
});

function tenantWork(world: World, assortment: Assortment, size: number): Work {
  const organization = new OrganizationRows(world, assortment);
  const member = new MemberRows(world, assortment);
  const category = new CategoryRows(world, assortment);
  const location = new InventoryLocationRows(world, assortment);
  const counter = new OrderCounterRows(world, assortment);
  return work('tenants', world.scale.tenants, size, 25, (from, count) =>
    unitOf(count, [
      [organizations, (writer, i) => organization.write(writer, from + i)],
      [members, (writer, i) => member.write(writer, from + i)],
      [categories, (writer, i) => category.write(writer, from + i)],
      [inventoryLocations, (writer, i) => location.write(writer, from + i)],
      [orderCounters, (writer, i) => counter.write(writer, from + i)],
    ]),
  );
}

function userWork(world: World, assortment: Assortment, size: number): Work {
  const user = new UserRows(world, assortment);
  return work('users', world.users, size, 1, (from, count) =>
    unitOf(count, [[users, (writer, i) => user.write(writer, from + i)]]),
  );
}

function productWork(world: World, assortment: Assortment, size: number, live: boolean): Work {
  const product = new ProductRows(world, assortment);
  const variant = new VariantRows(world, assortment);
  const level = new InventoryLevelRows(world, assortment);
  const movement = new InventoryMovementRows(world, assortment);
  const entry = new ProductAuditRows(world, assortment);
  return work('products', world.scale.products, size, 9.3, (from, count) => {
    const facts = Assortment.blank();
    const at = (i: number) => assortment.product(assortment.order.at(from + i), facts);
    return unitOf(count, [
      [products, (writer, i) => product.write(writer, at(i), live ? 0 : undefined)],
      [variants, (writer, i) => variant.write(writer, at(i), live ? () => 0 : undefined)],
      [inventoryLevels, (writer, i) => level.write(writer, at(i))],
      [inventoryMovements, (writer, i) => movement.write(writer, at(i))],
      [auditLogs, (writer, i) => entry.write(writer, at(i))],
    ]);
  });
}

function orderWork(world: World, assortment: Assortment, size: number): Work {
  const open = orderUnits(world, assortment, size);
  return work('orders', world.scale.orders, size, 1 + 2.84 + 0.12, open);
}

function archiveWork(world: World, assortment: Assortment, size: number): Work {
  const order = new ArchivedOrderRows(world, assortment);
  const item = new ArchivedOrderItemRows(world, assortment);
  return work('archive', archivedCount(world), size, 3, (from, count) =>
    unitOf(count, [
      [archivedOrders, (writer, i) => order.write(writer, from + i)],
      [archivedOrderItems, (writer, i) => item.write(writer, from + i)],
    ]),
  );
}

/** Orders [from, to) with their items and what the audit log has of them, as one unit. */
export const orderRange = (world: World, from: number, to: number): Unit =>
  orderUnits(world, new Assortment(world), to - from)(from, to - from);

function orderUnits(
  world: World,
  assortment: Assortment,
  size: number,
): (from: number, count: number) => Unit {
  const order = new OrderRows(world, assortment);
  const item = new OrderItemRows(world, assortment);
  const entry = new OrderAuditRows(world, assortment);
  const free: Sales[] = []; // one is 10 MB: they are used again
  return (from, count) => {
    const sales = free.pop() ?? new Sales(world, assortment, size);
    sales.begin(from);
    const writeOrder = (writer: RowWriter, i: number) => {
      // Little by little, so that the server is never without rows for long.
      if (i === sales.count) sales.extend(Math.min(count, i + salesAhead));
      order.write(writer, sales, i);
    };
    const writings: Writing[] = [
      [orders, writeOrder],
      [orderItems, (writer, i) => item.write(writer, sales, i)],
      [auditLogs, (writer, i) => entry.write(writer, sales, i)],
    ];
    return unitOf(count, writings, () => free.push(sales));
  };
}
