import type { Session } from '../../infra/topology/session.ts';
import { identityOf } from '../../scenarios/identity.ts';
import { Orders } from '../../scenarios/repositories/orders.ts';
import { Organizations } from '../../scenarios/repositories/organizations.ts';
import { Products } from '../../scenarios/repositories/products.ts';
import { type Caller, Service } from '../../scenarios/repositories/service.ts';
import { Users } from '../../scenarios/repositories/users.ts';
import { drawParameters } from '../../scenarios/sources.ts';
import type { Statement, Tenant } from '../../scenarios/statement.ts';
import type { MicroTask } from './run-task.ts';

/** A call of a repository, and how its arguments come from a draw of the statement behind it. */
interface RepositoryCall {
  readonly name: string;
  readonly statement: string;
  call(caller: Caller, drawn: Readonly<Record<string, string>>): Promise<unknown>;
}

const key = ({ id, created_at }: Readonly<Record<string, string>>) => ({
  id: id!,
  created_at: new Date(created_at!),
});

const reads: readonly RepositoryCall[] = [
  {
    name: 'organizations.current',
    statement: 'organizations/by-id',
    call: (caller) => new Organizations(caller).current(),
  },
  { name: 'users.byId', statement: 'users/by-id', call: (caller, { id }) => new Users(caller).byId(id!) },
  {
    name: 'products.byId',
    statement: 'products/by-id',
    call: (caller, { id }) => new Products(caller).byId(id!),
  },
  {
    name: 'products.newest',
    statement: 'products/listing',
    call: (caller) => new Products(caller).newest(),
  },
  {
    name: 'products.withVariants (one statement)',
    statement: 'products/with-variants',
    call: (caller) => new Products(caller).withVariants(),
  },
  {
    name: 'products.withVariants (N+1)',
    statement: 'products/with-variants',
    call: (caller) => new Products(caller).withVariantsOneByOne(),
  },
  {
    name: 'orders.byId',
    statement: 'orders/by-id',
    call: (caller, drawn) => new Orders(caller).byId(key(drawn)),
  },
];

/** Rolled back: the data set is never altered by a measure. What a commit adds, the flush of the WAL, is not in them. */
const writes: readonly RepositoryCall[] = [
  {
    name: 'products.updatePrice (rolled back)',
    statement: 'products/update-price',
    call: (caller, { id, price_cents, version }) =>
      new Products(caller).updatePrice({
        id: id!,
        price_cents: Number(price_cents),
        version: Number(version),
      }),
  },
  {
    name: 'orders.create (rolled back)',
    statement: 'orders/create',
    call: (caller, { product_id, quantity, user_id, email, created_at }) =>
      new Orders(caller).create({
        ...{ product_id: product_id!, user_id: user_id ?? null, email: email! },
        ...{ quantity: Number(quantity), created_at: new Date(created_at!) },
      }),
  },
];

export interface RepositoryTasks extends AsyncDisposable {
  readonly tasks: readonly MicroTask[];
  /** Statements that are not in this catalogue, or have no parameters for this tenant: their calls are not measured. */
  readonly missing: readonly string[];
}

export interface RepositorySetting {
  /** Connection string of the application's login. */
  readonly url: string;
  /** Draws the parameters; sees every row. */
  readonly everything: Session;
  readonly catalogue: readonly Statement[];
  readonly tenant: Tenant;
  readonly draws: number;
  readonly seed: number;
}

/**
 * What one request of a service costs in its database layer: checkout from the pool, BEGIN with the identity, the
 * prepared statement, the transaction's end, typed rows. One call at a time on a pool that is open.
 */
export async function repositoryTasks(setting: RepositorySetting): Promise<RepositoryTasks> {
  const { url, catalogue, tenant } = setting;
  const committing = new Service({ url, catalogue });
  const rehearsing = new Service({ url, catalogue, commit: false });
  const identity = identityOf(tenant);
  const calls = [
    ...reads.map((each) => ({ ...each, caller: committing.as(identity) })),
    ...writes.map((each) => ({ ...each, caller: rehearsing.as(identity) })),
  ];
  const tasks: MicroTask[] = [];
  const missing: string[] = [];
  for (const { name, statement, call, caller } of calls) {
    const drawn = await drawnByName(setting, statement);
    let next = 0;
    if (drawn.length === 0) missing.push(statement);
    else
      tasks.push({
        name: `repository/${name}`,
        run: () => call(caller, drawn[next++ % drawn.length]!),
      });
  }
  return {
    tasks,
    missing,
    async [Symbol.asyncDispose]() {
      await Promise.all([committing[Symbol.asyncDispose](), rehearsing[Symbol.asyncDispose]()]);
    },
  };
}

async function drawnByName(
  { everything, catalogue, tenant, draws, seed }: RepositorySetting,
  name: string,
): Promise<Record<string, string>[]> {
  const statement = catalogue.find((each) => each.name === name);
  if (!statement) return [];
  const drawn = await drawParameters(everything, statement, tenant, draws, seed);
  return drawn.map((draw) =>
    Object.fromEntries(
      statement.params.flatMap((parameter, i) => (draw[i] === null ? [] : [[parameter.name, draw[i]!]])),
    ),
  );
}
