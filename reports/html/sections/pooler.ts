import type {
  PoolerCrowd,
  PoolerIdentity,
  PoolerPrepared,
  PoolerPrice,
  Result,
} from '../../../result/result.ts';
import { count, duration, figure, rate, ratio } from '../../format.ts';
import { html, type Part } from '../html.ts';
import { markCell } from '../mark.ts';
import { absent, data, type Section } from '../section.ts';
import { column, figures, number, table } from '../table.ts';

export const pooler: Section = {
  id: 'pooler',
  title: 'Pooler',
  content: (result) => {
    const { pooler: all } = result;
    if (all.length === 0)
      return absent(
        result,
        ['pooler'],
        'What the pooler costs against direct connections, and what it does with many clients, was not measured by this run.',
      );
    return data(
      conclusion(all),
      html`${crowds(all.filter((each) => each.kind === 'crowd'))}
${prices(all.filter((each) => each.kind === 'price'))}
${prepared(all.filter((each) => each.kind === 'prepared'))}
${identities(all.filter((each) => each.kind === 'identity'))}`,
    );
  },
};

function conclusion(all: Result['pooler']): string {
  const crowd = all.filter((each) => each.kind === 'crowd').findLast((each) => each.requests !== null);
  const price = all.find((each) => each.kind === 'price');
  const session = all.find((each) => each.kind === 'identity' && each.pattern === 'session');
  const sentences = [
    crowd &&
      `${count(crowd.clients)} clients share ${crowd.serversActiveMax === null ? 'the pool' : `${count(crowd.serversActiveMax)} server connections`} and get ${rate(crowd.requestsPerSecond!)}${failed(crowd.errors) ? `; ${count(failed(crowd.errors))} requests failed` : ', none fails'}.`,
    price && priceOf(price),
    session?.kind === 'identity' &&
      session.foreignReads > 0 &&
      `An identity that is SET for the session reached other tenants in ${count(session.foreignReads)} of ${count(session.reads)} reads: set it for the transaction.`,
  ];
  return sentences.filter(Boolean).join(' ') || 'The pooler was asked, and nothing could be measured.';
}

/** Only an interval on one side of 1 tells a difference. */
function priceOf({ name, ratio: value, low, high }: PoolerPrice): string | false {
  if (value === null || low === null || high === null) return false;
  return low > 1 || high < 1
    ? `Through the pooler “${name}” runs at ${ratio(value)} of the direct rate.`
    : `Whether the pooler costs “${name}” anything cannot be told here: it runs at ${ratio(low)} to ${ratio(high)} of the direct rate.`;
}

const failed = (errors: Readonly<Record<string, number>>): number =>
  Object.values(errors).reduce((sum, n) => sum + n, 0);

/** "08P01 12, 26000 3", or none. */
const errorsOf = (errors: Readonly<Record<string, number>>): string =>
  Object.entries(errors)
    .map(([state, n]) => `${state}: ${count(n)}`)
    .join(', ') || 'none';

const part = (shown: readonly unknown[], content: () => Part): Part => shown.length > 0 && content();

const crowds = (all: readonly PoolerCrowd[]) =>
  part(
    all,
    () => html`${table(
      'pooler-crowds',
      'Clients that press as hard as they can over the server connections of the pool',
      [
        column('Clients', ({ clients }: PoolerCrowd) => ({ show: count(clients), sort: clients })),
        figures<PoolerCrowd>('Requests', ({ requestsPerSecond, why }) =>
          number(requestsPerSecond, rate, why),
        ),
        figures<PoolerCrowd>('Errors', ({ errors, requests }) =>
          requests === null ? number(null, count, 'it was not run') : errorsOf(errors),
        ),
        figures<PoolerCrowd>('Response p50', ({ responseMs, why }) =>
          number(responseMs?.p50, duration, responseMs?.why ?? why),
        ),
        figures<PoolerCrowd>('Response p99', ({ responseMs, why }) =>
          number(responseMs?.p99, duration, responseMs?.why ?? why),
        ),
        figures<PoolerCrowd>('Wait p50', ({ waitMs, why }) =>
          number(waitMs?.p50, duration, waitMs?.why ?? why),
        ),
        figures<PoolerCrowd>('maxwait', ({ maxWaitMs, why }) => number(maxWaitMs, duration, why)),
        figures<PoolerCrowd>('sv_active', ({ serversActiveMax, poolSize, why }) =>
          number(
            serversActiveMax,
            (most) => `${count(most)}${poolSize === null ? '' : ` of ${count(poolSize)}`}`,
            why,
          ),
        ),
      ],
      all,
    )}
<p class="muted">Closed model: each client asks again as soon as it is answered. <em>Wait</em> is what further clients among them waited for a server connection (the round trip of their BEGIN); <em>maxwait</em> and <em>sv_active</em> are the most that SHOW POOLS showed. More clients than server connections raise the wait, not the rate. Where responses take much longer than the wait, it was the clients or the pooler that had no core to run on. ${all.map(told).filter(Boolean).join(' ')}</p>`,
  );

/** What the table has no room for. */
function told({ clients, connectMs, backendsMax, clientCpuPct, requests }: PoolerCrowd): string {
  if (requests === null) return '';
  const facts = [
    connectMs !== null && `were connected after ${duration(connectMs)}`,
    backendsMax !== null && `held ${count(backendsMax)} connections of the server at most`,
    clientCpuPct !== null && `took ${figure(clientCpuPct)} % of the cores themselves`,
  ].filter((fact) => fact !== false);
  return facts.length > 0 ? `${count(clients)} clients ${facts.join(', ')}.` : '';
}

const prices = (all: readonly PoolerPrice[]) =>
  part(
    all,
    () => html`${table(
      'pooler-prices',
      `The same requests on ${count(all[0]!.connections)} connections, directly and through the pooler in turn`,
      [
        column('Request', ({ name }: PoolerPrice) => name),
        figures<PoolerPrice>('Direct', ({ directPerSecond }) => number(directPerSecond, rate)),
        figures<PoolerPrice>('Pooled', ({ pooledPerSecond }) => number(pooledPerSecond, rate)),
        figures<PoolerPrice>('Direct p50', ({ directP50Ms }) => number(directP50Ms, duration)),
        figures<PoolerPrice>('Pooled p50', ({ pooledP50Ms }) => number(pooledP50Ms, duration)),
        figures<PoolerPrice>('Ratio', (each) => number(each.ratio, ratio)),
        figures<PoolerPrice>('Interval', intervalOf),
      ],
      all,
    )}
<p class="muted">${count(all[0]!.pairs)} pairs of slots, intervals at 95 % at least. The ratio is of the rates, pooled to direct: below 1× the pooler costs. It pays in the table above: without it, each of those clients would be a process of the server.</p>`,
  );

const intervalOf = ({ low, high, pairs }: PoolerPrice) =>
  low === null || high === null
    ? number(null, ratio, `${pairs} pairs are too few for an interval`)
    : { show: `${ratio(low)} to ${ratio(high)}`, sort: low };

const prepared = (all: readonly PoolerPrepared[]) =>
  part(
    all,
    () => html`${table(
      'pooler-prepared',
      'Prepared statements through the pooler',
      [
        column('Statements', ({ name }: PoolerPrepared) => name),
        figures<PoolerPrepared>('max_prepared_statements', ({ maxPreparedStatements, why }) =>
          number(maxPreparedStatements, count, why),
        ),
        figures<PoolerPrepared>('Requests', ({ requests }) => number(requests, count)),
        figures<PoolerPrepared>('Succeeded', ({ requestsPerSecond }) => number(requestsPerSecond, rate)),
        figures<PoolerPrepared>('Failed', ({ requests, errors }) => ({
          show: requests === 0 ? '–' : `${figure((100 * failed(errors)) / requests)} %`,
          sort: requests === 0 ? 0 : failed(errors) / requests,
        })),
        column('By SQLSTATE', ({ errors }: PoolerPrepared) => errorsOf(errors)),
      ],
      all,
    )}
<p class="muted">In transaction mode each request may reach another server connection, which does not know what was prepared on the first: 26000 (no such statement), 42P05 (it exists already). PgBouncer from 1.21 prepares it there when max_prepared_statements is above 0; else use unnamed statements.</p>`,
  );

const identities = (all: readonly PoolerIdentity[]) =>
  part(
    all,
    () => html`${table(
      'pooler-identities',
      'Whose identity a request sees',
      [
        column('Pattern', ({ name }: PoolerIdentity) => name),
        column('Answer', ({ reads, foreignReads }: PoolerIdentity) =>
          markCell(reads === 0 ? null : foreignReads === 0, ['safe', 'leaks', 'no read came back']),
        ),
        figures<PoolerIdentity>('Clients', ({ clients }) => number(clients, count)),
        figures<PoolerIdentity>('Reads', ({ reads }) => number(reads, count)),
        figures<PoolerIdentity>('Foreign', ({ foreignReads }) => number(foreignReads, count)),
        figures<PoolerIdentity>('None', ({ missingReads }) => number(missingReads, count)),
        column('Errors', ({ errors }: PoolerIdentity) => errorsOf(errors)),
      ],
      all,
    )}
<p class="muted">A foreign read saw another tenant’s identity. SET for the session stays on the server connection, which the pooler then gives to somebody else, unless it resets the connection after each transaction (server_reset_query_always = 1): then the request has no identity at all. Either way that pattern is a defect, shown here with a setting that no policy reads. What the harness and the schema’s repositories use is set_config(…, true) inside the transaction, which ends with it.</p>`,
  );
