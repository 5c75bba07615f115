import type { Session } from '../../infra/topology/session.ts';
import { ownersByReading } from '../postgres/row-owner.ts';

/**
 * Ids that were seen and that no index finds (those of orders, of their items): whose they are is asked once, at the end
 * of a check, because each answer reads whole tables.
 */
export class WaitingIds {
  readonly #times = new Map<string, Map<string | null, Map<string, number>>>();

  /** @param tenant whose rows the reader may see */
  add(statement: string, tenant: string | null, id: string): void {
    const byTenant = this.#times.get(statement) ?? new Map<string | null, Map<string, number>>();
    const times = byTenant.get(tenant) ?? new Map<string, number>();
    this.#times.set(statement, byTenant.set(tenant, times.set(id, (times.get(id) ?? 0) + 1)));
  }

  /** By statement the rows with these ids, and those of them that are of another tenant than their reader's. */
  async settle(everything: Session): Promise<{ statement: string; rows: number; foreignRows: number }[]> {
    const seen = [...this.#times].flatMap(([statement, byTenant]) =>
      [...byTenant].flatMap(([tenant, times]) =>
        [...times].map(([id, rows]) => ({ statement, tenant, id, rows })),
      ),
    );
    const owners = await ownersByReading(everything, [...new Set(seen.map(({ id }) => id))]);
    return seen
      .filter(({ id }) => owners.has(id))
      .map(({ statement, tenant, id, rows }) => ({
        ...{ statement, rows },
        foreignRows: owners.get(id) === tenant ? 0 : rows,
      }));
  }
}
