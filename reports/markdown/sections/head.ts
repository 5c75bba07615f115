import type { Result } from '../../../result/result.ts';
import { moment, statusWords } from '../../format.ts';
import { code, text } from '../text.ts';

export function head({ run, verdict, dataset: data, environment, readiness }: Result): string {
  const servers = environment.endpoints.map(({ name, version }) => `${name}: ${version}`).join(', ');
  return [
    `# ${statusWords[verdict.status]}${run.complete ? '' : ' (the run is not complete)'}`,
    '',
    ...verdict.reasons.slice(0, 20).map((reason) => `- ${text(reason)}`),
    '',
    ...release(readiness),
    `Suite **${text(run.suite)}**, ${moment(run.startedAt)}, run ${code(run.id)}${data ? `, scale ${text(data.scale)}, seed ${data.seed}` : ''}${servers && `. ${text(servers)}`}`,
    '',
    `Again: ${code(run.command)}`,
  ].join('\n');
}

const readinessWords = { ready: 'ready', 'not-ready': 'not ready', 'cannot-say': 'cannot say' } as const;

/** Whether it can go out, and what would make it pass. */
const release = (readiness: Result['readiness']): string[] =>
  readiness
    ? [
        `**Release: ${readinessWords[readiness.status]}.** ${text(readiness.answer)}`,
        '',
        ...readiness.obstacles
          .slice(0, 30)
          .map(({ what, kind, remedy }) => `- **${text(what)}** (${kind}): ${text(remedy)}`),
        '',
      ]
    : [];
