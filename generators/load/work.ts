import { Assortment } from '../assortment.ts';
import { Sales } from '../sales.ts';
import { CategoryRows, categories } from '../tables/categories.ts';
import { MemberRows, members } from '../tables/members.ts';
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
];

/** Units of one kind, numbered from 0; any of them can be made alone. */
export interface Work {
  readonly name: string;
  readonly units: number;
  /** Roughly how many rows all units have together, for the progress. */
  readonly expectedRows: number;
  open(unit: number): Unit;
}

/** Subjects per unit: large enough that a COPY's own cost does not count, small enough to lose little on a kill. */
const unitSizes = { tenants: 4096, users: 16_384, products: 8192, orders: 16_384 };

/** All work of a data set, in an order in which it may be loaded. */
export function allWork(world: World): Work[] {
  const assortment = new Assortment(world);
  return [
    tenantWork(world, assortment),
    userWork(world),
    productWork(world, assortment),
    orderWork(world, assortment),
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

const nothing = () => {};

function tenantWork(world: World, assortment: Assortment): Work {
  const organization = new OrganizationRows(world);
  const member = new MemberRows(world);
  const category = new CategoryRows(world, assortment);
  return work('tenants', world.scale.tenants, unitSizes.tenants, 8, (from, count) => ({
    parts: [
      {
        table: organizations,
        chunks: () => chunksOf(count, (writer, i) => organization.write(writer, from + i)),
      },
      { table: members, chunks: () => chunksOf(count, (writer, i) => member.write(writer, from + i)) },
      { table: categories, chunks: () => chunksOf(count, (writer, i) => category.write(writer, from + i)) },
    ],
    release: nothing,
  }));
}

function userWork(world: World): Work {
  const user = new UserRows(world);
  return work('users', world.users, unitSizes.users, 1, (from, count) => ({
    parts: [{ table: users, chunks: () => chunksOf(count, (writer, i) => user.write(writer, from + i)) }],
    release: nothing,
  }));
}

function productWork(world: World, assortment: Assortment): Work {
  const product = new ProductRows(world, assortment);
  const variant = new VariantRows(world, assortment);
  return work('products', world.scale.products, unitSizes.products, 2.3, (from, count) => {
    const facts = Assortment.blank();
    const at = (i: number) => assortment.product(assortment.order.at(from + i), facts);
    return {
      parts: [
        { table: products, chunks: () => chunksOf(count, (writer, i) => product.write(writer, at(i))) },
        { table: variants, chunks: () => chunksOf(count, (writer, i) => variant.write(writer, at(i))) },
      ],
      release: nothing,
    };
  });
}

function orderWork(world: World, assortment: Assortment): Work {
  const order = new OrderRows(world);
  const item = new OrderItemRows(world);
  const free: Sales[] = [];
  return work('orders', world.calendar.orders, unitSizes.orders, 1 + 2.84, (from, count) => {
    const sales = free.pop() ?? new Sales(world, assortment, unitSizes.orders);
    sales.fill(from, from + count);
    return {
      parts: [
        { table: orders, chunks: () => chunksOf(count, (writer, i) => order.write(writer, sales, i)) },
        { table: orderItems, chunks: () => chunksOf(count, (writer, i) => item.write(writer, sales, i)) },
      ],
      release: () => free.push(sales),
    };
  });
}
