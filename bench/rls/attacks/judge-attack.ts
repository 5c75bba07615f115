import type { Answer } from './answer.ts';
import type { Attack, Route } from './attack.ts';
import type { Observation } from './type-attack.ts';
import { attackerIds, mark, victimIds } from './victim.ts';

export interface Judgement {
  /** known: it got through, as documented. unchecked: nobody knows. */
  readonly outcome: 'held' | 'leaked' | 'known' | 'unchecked';
  /** "refused: 42501 permission denied for table users". */
  readonly answer: string;
}

/**
 * Pure: what came of an attack. An error that the attack does not expect is no defence: it may be in the statement
 * itself, so nothing is known.
 * @param typed everything that was typed: what an answer repeats of it is no secret
 * @param changed whether a row of the attacked tenant is another than before
 */
export function judgeAttack(
  attack: Attack,
  via: Route,
  { first, second }: Observation,
  typed: string,
  changed: boolean,
): Judgement {
  const shown = [first, second].flatMap((answer) => (answer ? secretsIn(answer.text, typed) : []));
  const got = changed
    ? through('a row of the other tenant was changed')
    : shown.length > 0
      ? through(`shows ${shown[0]}`)
      : byMust(attack, via, first, second);
  return got.outcome === 'leaked' && attack.known !== null ? { ...got, outcome: 'known' } : got;
}

const held = (answer: string): Judgement => ({ outcome: 'held', answer });
const through = (answer: string): Judgement => ({ outcome: 'leaked', answer });
const unknown = (answer: string): Judgement => ({ outcome: 'unchecked', answer });

const permission = '42501';
const readOnly = '25006';
const heldUp = ['55P03', '57014', '40P01'];

function byMust(attack: Attack, via: Route, first: Answer, second: Answer | null): Judgement {
  const { must, codes } = attack;
  if (via === 'replica' && first.code === readOnly) return held(errorText(first));
  if (must === 'same') return sameAnswer(codes, first, second!);
  if (must === 'free') return freeVictim(first, second);
  const decisive = first.code === null ? (second ?? first) : first;
  const { code } = decisive;
  if (attack.second?.when === 'then' && decisive === second && heldUp.includes(code ?? ''))
    return through(`what was left stops the next client: ${errorText(decisive)}`);
  if (code !== null && (codes.includes(code) || code === permission)) return held(errorText(decisive));
  if (code !== null) return unknown(errorText(decisive));
  if (must === 'refused') return through(`accepted: ${contentText(decisive)}`);
  if (must === 'clean') return cleanAnswer(decisive);
  if (isNothing(decisive)) return held(contentText(decisive));
  return through(contentText(decisive));
}

/** Where not even the attacker's own rows are shown, a leak would show none either: the way does not work as it is typed. */
function cleanAnswer(answer: Answer): Judgement {
  const shown = attackerIds.some((id) => answer.text.includes(id));
  return shown
    ? held(`their own alone: ${contentText(answer)}`)
    : unknown(`shows nothing of their own either: ${contentText(answer)}`);
}

function sameAnswer(codes: readonly string[], first: Answer, second: Answer): Judgement {
  const [a, b] = [first, second].map(comparable);
  if (a !== b) return through(`${brief(a!)} against ${brief(b!)} for what is not there`);
  if (first.code === null)
    return codes.length > 0 ? through(`accepted: ${contentText(first)}`) : held(contentText(first));
  if (codes.length > 0 ? codes.includes(first.code) : !syntax.test(first.code)) return held(errorText(first));
  return unknown(errorText(first));
}

/** Of a mistyped statement; 42501, a missing right, is none. */
const syntax = /^42(?!501)/;

function freeVictim(first: Answer, second: Answer | null): Judgement {
  if (first.code === permission) return held(errorText(first));
  if (second === null) return unknown(errorText(first));
  if (second.code === null) return held('the other tenant goes on');
  if (heldUp.includes(second.code)) return through(`the other tenant is held up: ${errorText(second)}`);
  return unknown(`the other tenant: ${errorText(second)}`);
}

const isNothing = ({ rows, changed }: Answer): boolean =>
  changed === 0 &&
  rows.flat().every((cell) => cell === null || cell === '' || cell === false || String(cell) === '0');

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const comparable = ({ code, text }: Answer): string =>
  `${code ?? 'rows'} ${text}`
    .replaceAll(uuid, 'an identifier')
    .replaceAll(/[\w.-]+@[\w.-]+/g, 'an address')
    .replaceAll(new RegExp(`${mark}[\\w-]*|nothing-is-called-so|nobody-[\\w-]+`, 'g'), 'a text');

/** Texts and identifiers of the attacked tenant that are in an answer and were not typed. */
function secretsIn(text: string, typed: string): string[] {
  let rest = text;
  for (const [, literal] of typed.matchAll(/'((?:[^']|'')+)'/g))
    if (literal!.length > 3) rest = rest.replaceAll(literal!, '');
  const word = new RegExp(`${mark}[^"\\s,]*`).exec(rest)?.[0];
  return [...(word ? [word] : []), ...victimIds.filter((id) => rest.includes(id))];
}

const errorText = ({ code, message }: Answer): string => `refused: ${code} ${brief(message)}`;
const contentText = ({ rows, changed }: Answer): string =>
  rows.length > 0
    ? brief(JSON.stringify(rows[0])) + (rows.length > 1 ? ` and ${rows.length - 1} more rows` : '')
    : `${changed} rows`;
const brief = (text: string): string => (text.length > 120 ? `${text.slice(0, 117)}...` : text);
