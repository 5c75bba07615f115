import type { DrillLedger } from '../../result/measures/drill.ts';
import type { DrillRequest } from './request.ts';

export interface JudgedLedger {
  readonly ledger: DrillLedger;
  /** The first acknowledged writes that are gone, in the order in which they were due. */
  readonly lostTokens: string[];
}

const maxTokens = 20;

/**
 * Accounts for every write, row by row.
 * @param rows the tokens that the server which is primary now returned, or why it could not be asked
 */
export function judgeLedger(
  requests: readonly DrillRequest[],
  rows: ReadonlySet<string> | { readonly unread: string },
): JudgedLedger {
  const writes = requests.filter(({ kind }) => kind === 'write');
  const of = (outcome: DrillRequest['outcome']) => writes.filter((write) => write.outcome === outcome);
  const [acknowledged, refused, notSent, uncertain] = [
    of('acknowledged'),
    of('refused'),
    of('notSent'),
    of('uncertain'),
  ];
  const counts = {
    acknowledged: acknowledged.length,
    refused: refused.length,
    notSent: notSent.length,
    uncertain: uncertain.length,
  };
  if ('unread' in rows)
    return {
      ledger: {
        ...counts,
        ...{ present: null, lost: null, unacknowledgedPresent: null, impossible: null },
        why: rows.unread,
      },
      lostTokens: [],
    };
  const lost = acknowledged.filter(({ token }) => !rows.has(token)).map(({ token }) => token);
  const present = counts.acknowledged - lost.length;
  const unacknowledgedPresent = uncertain.filter(({ token }) => rows.has(token)).length;
  return {
    ledger: {
      ...counts,
      ...{ present, lost: lost.length, unacknowledgedPresent },
      impossible: rows.size - present - unacknowledgedPresent,
      why: null,
    },
    lostTokens: lost.slice(0, maxTokens),
  };
}
