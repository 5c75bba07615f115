import type { Warning } from '../../result/result.ts';
import type { Statement } from '../../scenarios/statement.ts';

export interface Texts {
  /** Head's statements that the control has with the same parameters. */
  readonly common: readonly Statement[];
  /** The control's SQL of those whose text is another one. */
  readonly control: ReadonlyMap<string, string>;
  readonly warnings: readonly Warning[];
}

/**
 * What both builds have: a statement may be written otherwise, as long as it takes the same parameters.
 * @param head those to be measured; `names` are all that head has
 */
export function commonTexts(
  head: readonly Statement[],
  names: ReadonlySet<string>,
  control: readonly Statement[],
): Texts {
  const before = new Map(control.map((statement) => [statement.name, statement]));
  const parameters = ({ params }: Statement) => JSON.stringify(params);
  const common = head.filter((statement) => {
    const old = before.get(statement.name);
    return old !== undefined && parameters(old) === parameters(statement) && old.kind === statement.kind;
  });
  const both = new Set(common.map(({ name }) => name));
  const other = new Map(
    common.flatMap(({ name, sql }) => {
      const old = before.get(name)!;
      return old.sql === sql ? [] : [[name, old.sql] as const];
    }),
  );
  const alone = head.filter(({ name }) => !both.has(name)).map(({ name }) => name);
  const gone = control.filter(({ name }) => !names.has(name)).map(({ name }) => name);
  return {
    common,
    control: other,
    warnings: [
      ...told(
        'statement-without-control',
        alone,
        'The control does not have, or calls with other parameters:',
        'Pin a later control to watch them.',
      ),
      ...told(
        'statement-gone',
        gone,
        'Head no longer has:',
        'Their series end here; name a new one in aliases.json if they were renamed.',
      ),
    ],
  };
}

const told = (code: string, names: readonly string[], message: string, advice: string): Warning[] =>
  names.length === 0 ? [] : [{ code, message: `${message} ${names.join(', ')}.`, advice }];
