import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usage } from '../../../config/fault.ts';
import { connect } from '../../../infra/topology/session.ts';
import type { RlsFinding } from '../../../result/result.ts';
import type { Setting } from '../../measure.ts';
import { findingsOf } from './lint.ts';
import { priceFindings } from './price.ts';
import { readWaivers, waive } from './waivers.ts';

/** For the shipped schema. */
const shippedWaivers = join(import.meta.dirname, 'waivers.txt');

/**
 * What the linter finds, less what is waived, each with what it costs.
 * @throws Fault (usage) when the file of waivers cannot be read, or one of them waives nothing
 */
export async function judgePolicies(
  { topology, database, tenants }: Pick<Setting, 'topology' | 'database' | 'tenants'>,
  waiverFile = shippedWaivers,
): Promise<RlsFinding[]> {
  const waivers = readWaivers(waiverFile, await textOf(waiverFile));
  const primary = topology.get('primary');
  return priceFindings(primary, database, tenants, waive(waiverFile, await lint(), waivers));

  async function lint() {
    await using admin = await connect(primary.url('admin', database), 'olympus-rls');
    return await findingsOf(admin);
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw usage(`Cannot read ${file}: ${(error as Error).message}`, 'Name a file of waivers.', error);
  }
}

/** What the linter finds in a database that is not the shop's: only read, so that no fix is tried on a copy. */
export async function judgeProjectPolicies(
  { topology, database, project }: Pick<Setting, 'topology' | 'database' | 'project'>,
  waiverFile?: string,
): Promise<RlsFinding[]> {
  await using admin = await connect(topology.get('primary').url('admin', database), 'olympus-rls');
  const found = await findingsOf(admin, project.tenantColumn);
  const waivers = waiverFile === undefined ? [] : readWaivers(waiverFile, await textOf(waiverFile));
  return waive(waiverFile ?? '', found, waivers).map(({ rule, object, severity, message, fix, waived }) => ({
    ...{ rule, object, severity, message, fix, waived },
  }));
}

/** What is left to do: errors and warnings that nobody waived. */
export const unresolved = (findings: readonly RlsFinding[]): RlsFinding[] =>
  findings.filter(({ severity, waived }) => severity !== 'note' && waived === null);
