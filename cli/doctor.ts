import { exitCodes } from '../config/fault.ts';
import { command } from './command.ts';

/** One thing that the product needs: what for, what was found, and how to get it where it is missing. */
interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  readonly what: string;
  readonly how: string;
}

export const doctor = command('doctor', 'what is here, what is missing, how to get it', {
  example: './olympus doctor --json',
  load: async () => {
    const { findings } = await import('../infra/setup/findings.ts');
    return async (context) => {
      const found: readonly Finding[] = await findings();
      context.answer(
        { findings: found },
        found
          .map(
            ({ name, ok, found: is, what, how }) =>
              `${ok ? 'ok     ' : 'MISSING'} ${name.padEnd(12)} ${is || '–'}  (${what})${ok ? '' : `\n        get it: ${how}`}`,
          )
          .join('\n'),
      );
      return found.every(({ ok }) => ok) ? undefined : exitCodes.component;
    };
  },
});
