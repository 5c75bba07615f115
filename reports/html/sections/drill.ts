import { drill as measure } from '../../../result/measures/drill.ts';
import type { DrillResult } from '../../../result/result.ts';
import { count, duration } from '../../format.ts';
import { html } from '../html.ts';
import { absent, data, notAsked, type Section } from '../section.ts';
import { column, figures, number, table } from '../table.ts';
import { figuresSection } from './figures.ts';

/** What each fault cost, what became of the writes, and the course of it second by second. */
export const drill: Section = {
  id: 'drill',
  title: 'Drills',
  content: (result) => {
    const all = result.drill ?? [];
    if (all.length === 0) return absent(result, ['drill'], notAsked('drill'));
    const every = figuresSection(measure).content(result);
    return data(
      conclusion(all),
      html`${costs(all)}
<details><summary>Events</summary>${events(all)}</details>
<details><summary>Second by second</summary>${course(all)}</details>
<details><summary>Every figure</summary>${every.kind === 'data' && every.body}</details>`,
    );
  },
};

function conclusion(all: readonly DrillResult[]): string {
  const acknowledged = all.reduce((sum, { ledger }) => sum + ledger.acknowledged, 0);
  const unread = all.filter(({ ledger }) => ledger.lost === null).length;
  const lost = all.reduce((sum, { ledger }) => sum + (ledger.lost ?? 0), 0);
  const ill = all.filter(({ healed }) => healed !== true).length;
  return [
    `${count(all.length)} ${all.length === 1 ? 'fault' : 'faults'} under load: of ${count(acknowledged)} acknowledged writes ${lost === 0 ? 'none is' : `${count(lost)} ${lost === 1 ? 'is' : 'are'}`} lost`,
    unread > 0 &&
      `; of ${count(unread)} ${unread === 1 ? 'fault' : 'faults'} the ledger could not be checked`,
    ill > 0 && `; ${count(ill)} of what was broken ${ill === 1 ? 'is' : 'are'} not known to be healed`,
    '.',
  ]
    .filter(Boolean)
    .join('');
}

const nameOf = ({ name, case: of, repetition }: DrillResult): string =>
  `${name}: ${of}${repetition > 1 ? `, repetition ${repetition}` : ''}`;

const costs = (all: readonly DrillResult[]) =>
  table(
    'drill-costs',
    'What each fault cost the clients, and what became of their writes',
    [
      column('Fault', nameOf),
      column<DrillResult>('Seen by', ({ judged, via, reads }) =>
        judged === 'writes' ? `writes through ${via}` : `reads through ${reads}`,
      ),
      figures<DrillResult>('Unavailable', ({ unavailableMs, why }) =>
        number(unavailableMs, duration, why ?? undefined),
      ),
      figures<DrillResult>('Longest outage', ({ longestOutageMs, why }) =>
        number(longestOutageMs, duration, why ?? undefined),
      ),
      figures<DrillResult>('Recovered after', ({ recoverMs, why }) =>
        number(recoverMs, duration, why ?? undefined),
      ),
      figures<DrillResult>('Acknowledged', ({ ledger }) => number(ledger.acknowledged, count)),
      figures<DrillResult>('Lost', ({ ledger }) => number(ledger.lost, count, ledger.why ?? undefined)),
      figures<DrillResult>('Never answered', ({ ledger }) => number(ledger.uncertain, count)),
      figures<DrillResult>('Of these present', ({ ledger }) =>
        number(ledger.unacknowledgedPresent, count, ledger.why ?? undefined),
      ),
      column<DrillResult>('Healed', ({ healed, healedHow }) =>
        healed === null ? `not known: ${healedHow}` : `${healed ? 'yes' : 'no'}: ${healedHow}`,
      ),
    ],
    all,
  );

type Happened = { readonly of: string } & DrillResult['events'][number];
type Second = { readonly of: string } & DrillResult['seconds'][number];

const events = (all: readonly DrillResult[]) =>
  table(
    'drill-events',
    'What was done, in seconds since the injection',
    [
      column<Happened>('Fault', ({ of }) => of),
      figures<Happened>('Second', ({ s }) => number(s, (value) => value.toFixed(2))),
      column<Happened>('What', ({ what }) => what),
    ],
    all.flatMap((one) => one.events.map((event) => ({ of: nameOf(one), ...event }))),
  );

const course = (all: readonly DrillResult[]) =>
  table(
    'drill-seconds',
    'Requests of the ledger that ended in each second since the injection, and their errors by SQLSTATE',
    [
      column<Second>('Fault', ({ of }) => of),
      figures<Second>('Second', ({ s }) => number(s, (value) => `${value}`)),
      figures<Second>('Succeeded', ({ succeeded }) => number(succeeded, count)),
      column<Second>('Errors', ({ errors }) =>
        Object.entries(errors)
          .map(([state, times]) => `${state} ${times}`)
          .join(', '),
      ),
    ],
    all.flatMap((one) => one.seconds.map((second) => ({ of: nameOf(one), ...second }))),
  );
