import type { Result } from '../../../result/result.ts';
import { moment } from '../../format.ts';
import { partsThatDoNot, partsThatHold } from '../../part-words.ts';
import { verdictTitle } from '../../verdict-title.ts';
import { code, text } from '../text.ts';

export function head({ run, verdict, dataset: data, environment, readiness }: Result): string {
  const servers = environment.endpoints.map(({ name, version }) => `${name}: ${version}`).join(', ');
  return [
    `# ${text(verdictTitle(verdict))}${run.complete ? '' : ' (the run is not complete)'}`,
    '',
    ...verdict.reasons.slice(0, 20).map((reason) => `- ${text(reason)}`),
    '',
    ...parts(verdict),
    ...release(readiness),
    `Suite **${text(run.suite)}**, ${moment(run.startedAt)}, run ${code(run.id)}${data ? `, scale ${text(data.scale)}, seed ${data.seed}` : ''}${servers && `. ${text(servers)}`}`,
    ...(run.name === undefined ? [] : ['', `Name: **${text(run.name)}**`]),
    ...(run.note === undefined ? [] : ['', `Note: ${text(run.note)}`]),
    '',
    `Again: ${code(run.command)}`,
  ].join('\n');
}

/** Which parts hold and which do not, and what to do next. */
function parts(verdict: Result['verdict']): string[] {
  const holds = partsThatHold(verdict);
  const lines = [
    ...(holds ? [`- ✓ ${text(holds)}`] : []),
    ...partsThatDoNot(verdict).map(
      ({ part, word, remedy }) =>
        `- ✗ **${text(part)}** (${word})${remedy === null ? '' : `. Next: ${code(remedy)}`}`,
    ),
  ];
  return lines.length > 0 ? [...lines, ''] : [];
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
