import type { Expectation } from '../result/expectation.ts';

const forms: readonly {
  readonly form: string;
  readonly pattern: RegExp;
  readonly make: (match: RegExpExecArray) => Expectation;
}[] = [
  {
    form: 'index scan on TABLE',
    pattern: /^index scan on (\w+)$/,
    make: (m) => ({ kind: 'index-scan', table: m[1]! }),
  },
  {
    form: 'index only scan on TABLE',
    pattern: /^index only scan on (\w+)$/,
    make: (m) => ({ kind: 'index-only-scan', table: m[1]! }),
  },
  { form: 'index NAME', pattern: /^index (\w+)$/, make: (m) => ({ kind: 'index', index: m[1]! }) },
  { form: 'no sort', pattern: /^no sort$/, make: () => ({ kind: 'no-sort' }) },
  {
    form: 'at most N ms',
    pattern: /^at most (\d+(?:\.\d+)?) ms$/,
    make: (m) => ({ kind: 'at-most-ms', limit: Number(m[1]) }),
  },
  {
    form: 'at most N buffers',
    pattern: /^at most (\d+) buffers$/,
    make: (m) => ({ kind: 'at-most-buffers', limit: Number(m[1]) }),
  },
  { form: 'rows of one tenant', pattern: /^rows of one tenant$/, make: () => ({ kind: 'one-tenant' }) },
];

export const expectationForms: readonly string[] = forms.map(({ form }) => form);

/**
 * Reads `-- expects:`: phrases separated by `;`, in the forms above. Table names carry no schema.
 * @returns the expectations, and one message for each phrase that is none.
 */
export function readExpectations(text: string): { expects: Expectation[]; wrong: string[] } {
  const expects: Expectation[] = [];
  const wrong: string[] = [];
  for (const phrase of text.split(';').map((part) => part.trim().replace(/\s+/g, ' '))) {
    if (phrase === '') continue;
    const form = forms.find(({ pattern }) => pattern.test(phrase));
    if (form) expects.push(form.make(form.pattern.exec(phrase)!));
    else wrong.push(`"${phrase}" is no expectation. There is: ${expectationForms.join('; ')}.`);
  }
  return { expects, wrong };
}
