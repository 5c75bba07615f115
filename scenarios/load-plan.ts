import { usage } from '../config/fault.ts';
import { suggest } from '../config/nearest.ts';
import type { Draw, Statement } from './statement.ts';

/** An identity of the load; `class` groups it in the results, `weight` is its share of the requests. */
export interface LoadTenant {
  readonly class: string;
  readonly id: string;
  readonly userId: string;
  /** As of a Tenant. */
  readonly identity: Readonly<Record<string, string>>;
  readonly weight: number;
}

/** What k6 opens (infra/k6/engine/plan.go reads it): statements, identities, parameters. One JSON document. */
export interface LoadPlan {
  readonly statements: readonly Pick<Statement, 'name' | 'sql' | 'weight' | 'role' | 'kind'>[];
  /**
   * Settings that a transaction makes for its tenant; where there are none, requests are single statements. Absent (a
   * plan of before projects): the shop's two.
   */
  readonly settings?: readonly string[];
  /** `identity` has the values of `settings`. */
  readonly tenants: readonly (Omit<LoadTenant, 'identity'> & { readonly identity?: readonly string[] })[];
  /** Parameters by statement's name and tenant's index; a tenant without any is not asked this statement. */
  readonly draws: Readonly<Record<string, Readonly<Record<string, readonly Draw[]>>>>;
}

/** Parameters of one statement for each tenant, in the tenants' order. */
export type TenantDraws = readonly (readonly Draw[])[];

/**
 * Puts a load plan together. A statement for which no tenant has parameters is left out: nothing could be sent.
 * @throws Fault (usage) when nothing is left.
 */
export function compileLoadPlan(
  statements: readonly Statement[],
  tenants: readonly LoadTenant[],
  draws: ReadonlyMap<string, TenantDraws>,
): LoadPlan {
  const usable = statements.filter(({ name }) => draws.get(name)?.some((drawn) => drawn.length > 0));
  if (usable.length === 0 || tenants.length === 0) {
    throw usage(
      `A load needs statements with parameters and tenants; there are ${usable.length} and ${tenants.length}.`,
      'Fill the database with `./olympus seed`, or name statements whose sources have rows.',
    );
  }
  const settings = Object.keys(tenants[0]!.identity);
  return {
    settings,
    statements: usable.map(({ name, sql, weight, role, kind }) => ({ name, sql, weight, role, kind })),
    tenants: tenants.map((tenant) => ({
      ...tenant,
      identity: settings.map((setting) => tenant.identity[setting] ?? ''),
    })),
    draws: Object.fromEntries(usable.map(({ name }) => [name, byTenant(draws.get(name)!)])),
  };
}

function byTenant(drawn: TenantDraws): Record<string, readonly Draw[]> {
  const entries = drawn.map((draws, tenant) => [String(tenant), draws] as const);
  return Object.fromEntries(entries.filter(([, draws]) => draws.length > 0));
}

/** Weights that fall with the rank by Zipf's law (1 / rank^exponent), for tenants sorted by size, largest first. */
export function zipfWeights(count: number, exponent = 1): number[] {
  return Array.from({ length: count }, (_, i) => 1 / (i + 1) ** exponent);
}

/** The statements with these names. @throws Fault (usage) naming the nearest right name. */
export function selectStatements(catalogue: readonly Statement[], names: readonly string[]): Statement[] {
  const byName = new Map(catalogue.map((statement) => [statement.name, statement]));
  return names.map((name) => {
    const statement = byName.get(name);
    if (!statement) throw usage(`The catalogue has no statement "${name}".`, suggest(name, byName.keys()));
    return statement;
  });
}
