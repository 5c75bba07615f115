import type { AttackResult } from '../result/result.ts';

/** Every way that got through or could not be tried, with what was typed; then how many held. */
export function attacksText(attacks: readonly AttackResult[]): string {
  const of = (outcome: AttackResult['outcome']) => attacks.filter((each) => each.outcome === outcome);
  const leaked = of('leaked');
  const tried = attacks.length - of('unchecked').length;
  return [
    ...leaked.map((each) => `leaked: ${headline(each)}\n${indented(each.sql)}`),
    ...notTried(of('unchecked')),
    ...cannotBeHeld(of('known')),
    `${leaked.length} of ${tried} ways in got through; ${of('held').length} held, ${of('known').length} cannot be held and are documented, ${of('unchecked').length} were not checked.`,
  ].join('\n');
}

const headline = ({ name, via, as, what, answer }: AttackResult) =>
  `${name}, as ${as} through the ${via}: ${what}\n  answer: ${answer}`;

const indented = (sql: string) =>
  sql
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');

/** By reason: an endpoint that the topology lacks is one line. */
function notTried(attacks: readonly AttackResult[]): string[] {
  const byReason = Map.groupBy(attacks, ({ answer }) => answer);
  return [...byReason].map(([reason, [first, ...others]]) =>
    others.length > 0
      ? `not checked: ${first!.name} and ${others.length} more, through the ${first!.via}: ${reason}`
      : `not checked: ${headline(first!)}\n${indented(first!.sql)}`,
  );
}

function cannotBeHeld(attacks: readonly AttackResult[]): string[] {
  const byWay = Map.groupBy(attacks, ({ name }) => name.split(' ')[0]!);
  return [...byWay].map(
    ([way, [first, ...others]]) =>
      `cannot be held: ${way}${others.length > 0 ? ` (${others.length + 1} ways)` : ''}: ${first!.what}\n  why: ${first!.why}`,
  );
}
