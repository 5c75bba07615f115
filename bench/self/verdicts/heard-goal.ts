import type { Goal, Heard } from '../goal.ts';
import type { Circumstance, Said } from './circumstance.ts';

type Known = Pick<Circumstance, 'name' | 'what' | 'right' | 'elsewhere' | 'says'>;

/** What was said of a circumstance beside what is true of it; or why it could not be made so here. */
export function heardGoal(one: Known, said: Said | { readonly why: string }): Goal {
  const { name, what, right: truth } = one;
  const base = { name: `${name}: ${truth.join(' or ')}`, goal: 1, unit: 'right, at least' };
  if ('why' in said)
    return {
      ...{ ...base, value: null, ok: null, why: said.why },
      heard: { circumstance: name, truth, said: null, judgement: 'missing' },
    };
  const judgement = judge(one, said);
  const heard: Heard = { circumstance: name, truth, said: said.status, judgement };
  const text = `${what}. It said ${said.status}: ${said.reasons.join(' ')}`;
  if (judgement === 'right') return { ...base, value: 1, ok: true, why: text, heard };
  if (judgement === 'not ours')
    return {
      ...{ ...base, value: 1, ok: null, heard },
      why: `The machine was not this run's own, and that was said. ${text}`,
    };
  return {
    ...{ ...base, value: 0, ok: false, heard },
    why: judgement === 'unsaid' ? `No reason has ${one.says}. ${text}` : text,
  };
}

function judge(
  { right, elsewhere, says }: Known,
  { status, reasons, checks = [] }: Said,
): Heard['judgement'] {
  const spoken = says === undefined || reasons.some((reason) => says.test(reason));
  if (right.includes(status)) return spoken ? 'right' : 'unsaid';
  if (status === 'pass') return 'false green';
  // somebody else used the machine meanwhile: then it is true that nothing can be relied on
  const others = checks.some(({ name, ok }) => ok === false && /other programs|^CPU steal/.test(name));
  return others && spoken && elsewhere?.includes(status) ? 'not ours' : 'false';
}
