import { exitCodes } from '../../config/fault.ts';
import type { Finding } from '../../infra/doctor/finding.ts';
import { command } from '../command.ts';

export const doctor = command('doctor', 'what is here, what is missing, how to get it', {
  example: './olympus doctor --json',
  load: async () => {
    const { findings } = await import('../../infra/doctor/findings.ts');
    const { statusOfHeld } = await import('../up-down.ts');
    const { endpointTable } = await import('../endpoint-table.ts');
    return async (context) => {
      const found: readonly Finding[] = await findings();
      const endpoints = await statusOfHeld(context);
      const held = endpoints.length > 0 ? ['', 'What is up:', endpointTable(endpoints)] : [];
      context.answer({ findings: found, endpoints }, [...found.map(findingText), ...held].join('\n'));
      return found.every(({ ok, optional }) => ok || optional) ? undefined : exitCodes.component;
    };
  },
});

function findingText({ name, ok, optional, found, what, how }: Finding): string {
  const state = ok ? 'ok' : optional ? 'not here' : 'MISSING';
  return `${state.padEnd(8)} ${name.padEnd(12)} ${found || '–'}  (${what})${ok ? '' : `\n         get it: ${how}`}`;
}
