/** What one execution of a statement takes of the server, from its own counters under load. */
export interface Demand {
  readonly statement: string;
  /** CPU milliseconds, the server's share of parsing, planning and executing included. */
  readonly cpuMs: number;
}

/** A mix: statement and how often it is asked; weights need not add up to anything. */
export type Mix = Readonly<Record<string, number>>;

export interface WhatIf {
  /** Rate at which the cores are full (utilisation law), per second; null when a statement's demand is unknown. */
  readonly rate: number | null;
  readonly cpuMsPerRequest: number | null;
  readonly unknown: readonly string[];
}

/**
 * The utilisation law (Denning and Buzen, "The Operational Analysis of Queueing Network Models", 1978): U = X D, so
 * that X <= cores / D for the mix's mean demand D. A bound from above: it knows of no waiting for locks or disks.
 */
export function whatIf(demands: readonly Demand[], mix: Mix, cores: number): WhatIf {
  const known = new Map(demands.map(({ statement, cpuMs }) => [statement, cpuMs]));
  const unknown = Object.keys(mix).filter((name) => !known.has(name));
  const weight = Object.values(mix).reduce((sum, each) => sum + each, 0);
  if (unknown.length > 0 || weight <= 0) return { rate: null, cpuMsPerRequest: null, unknown };
  const mean = Object.entries(mix).reduce((sum, [name, w]) => sum + w * known.get(name)!, 0) / weight;
  return { rate: mean > 0 ? (cores * 1000) / mean : null, cpuMsPerRequest: mean, unknown };
}

/**
 * Splits CPU that was measured for all statements together among them by the time that the server spent on each, which
 * holds where they do not wait.
 */
export function shareDemand(
  cpuMs: number,
  statements: readonly { readonly statement: string; readonly calls: number; readonly executionMs: number }[],
): Demand[] {
  const total = statements.reduce((sum, { executionMs }) => sum + executionMs, 0);
  return statements
    .filter(({ calls }) => calls > 0)
    .map(({ statement, calls, executionMs }) => ({
      statement,
      cpuMs: total > 0 ? (cpuMs * (executionMs / total)) / calls : 0,
    }));
}
