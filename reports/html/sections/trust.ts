import type { TrustCheck } from '../../../result/result.ts';
import { brief, quantity } from '../../format.ts';
import { html } from '../html.ts';
import { markCell } from '../mark.ts';
import { absent, data, type Section } from '../section.ts';
import { column, figures, number, table } from '../table.ts';

export const trust: Section = {
  id: 'trust',
  title: 'Trust',
  content: (result) => {
    const { checks } = result.trust;
    if (checks.length === 0) return absent(result, [], 'This run was not judged.');
    const failed = checks.filter(({ ok }) => ok === false);
    const open = checks.filter(({ ok }) => ok === null);
    const conclusion =
      failed.length > 0
        ? `Do not rely on the times below: ${failed.map(({ name }) => name).join(', ')} did not hold.`
        : open.length > 0
          ? `Nothing speaks against the figures below, but ${open.map(({ name }) => name).join(', ')} could not be checked.`
          : 'The figures below can be relied on: generator and machine stayed within their limits.';
    return data(
      conclusion,
      html`${checkTable('trust-checks', 'Checks of the measurement itself', checks, ['ok', 'failed', 'not checked'])}
<p class="muted">Fingerprint <code>${result.environment.fingerprint || 'none'}</code>: two runs may be compared when theirs are equal.</p>`,
    );
  },
};

export const checkTable = (
  id: string,
  caption: string,
  checks: readonly TrustCheck[],
  words: [string, string, string],
) =>
  table<TrustCheck>(
    id,
    caption,
    [
      column('Check', ({ name }: TrustCheck) => name),
      column('Result', ({ ok }: TrustCheck) => markCell(ok, words)),
      figures<TrustCheck>('Value', ({ value, unit, why }) =>
        number(value, (known) => quantity(known, unit), why),
      ),
      figures<TrustCheck>('Limit', ({ limit, unit }) =>
        number(limit, (known) => brief(quantity(known, unit)), 'it has no limit'),
      ),
      column('Why', ({ why }: TrustCheck) => why),
    ],
    checks,
  );
