import type { NamedTopology } from '../infra/topology/named-topology.ts';
import type { TenantQuery } from '../scenarios/tenants.ts';

/** An option that is used unless somebody types it. */
export interface DefaultOption {
  /** Null: of every command that has it. */
  readonly command: string | null;
  /** Without its dashes. */
  readonly option: string;
  readonly value: string;
  /** File and line, for messages. */
  readonly at: string;
}

/** A database to measure, as a folder describes it: who asks it, what is asked, and for whom. */
export interface Project {
  readonly name: string;
  /** Of its olympus.yaml; every other path is absolute. */
  readonly directory: string;
  /** Where each endpoint comes from; null: local, or as the command line says. */
  readonly topology: NamedTopology | null;
  /** PostgreSQL roles that stand for those of a statement's header; null: statements run as the login itself. */
  readonly roles: Readonly<Record<'app' | 'owner', string | null>>;
  /** Null: there are no tenants, and statements are measured once. */
  readonly tenants: TenantQuery | null;
  /** The column that says whose a row is, in whatever table has it; null: policies are not checked for leaks. */
  readonly tenantColumn: string | null;
  readonly statements: string;
  readonly sources: string;
  /** Load scenarios of its own, which stand before the shipped ones. */
  readonly scenarios: string | null;
  /** An SLO file. */
  readonly promises: string | null;
  /** A file of findings that are by design, with the reason. */
  readonly acceptedFindings: string | null;
  /** Options of the command line that are used unless typed. */
  readonly defaults: readonly DefaultOption[];
  /** Whether values of rows and log may stand in plans and reports; of the shop they are invented. */
  readonly values: 'masked' | 'shown';
  /** generated: schema and rows are ours to make. asIs: the database is measured as it is. */
  readonly data: 'generated' | 'asIs';
}
