import type { Environment, Nightly } from '../../result/result.ts';
import { git } from './control.ts';

/** What happened between the last good night and tonight: commits of this working copy, settings of the endpoints. */
export async function sinceLastGood(before: Environment | null, now: Environment): Promise<Nightly['since']> {
  if (before === null) return { commits: [], settings: [], why: 'There is no good night before this one.' };
  const settings = settingsDiffer(before, now);
  return { settings, ...(await commitsBetween(before.harness.commit, now.harness.commit)) };
}

/** Settings and versions that differ, endpoint by endpoint. */
export function settingsDiffer(a: Environment, b: Environment): string[] {
  const facts = ({ endpoints }: Environment) =>
    new Map(
      endpoints.flatMap(({ name, version, settings }) => [
        [`${name} version`, version] as const,
        ...Object.entries(settings).map(([setting, value]) => [`${name} ${setting}`, value] as const),
      ]),
    );
  const [before, after] = [facts(a), facts(b)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [x, y] = [before.get(key) ?? 'absent', after.get(key) ?? 'absent'];
    return x === y ? [] : [`${key}: ${x} → ${y}`];
  });
}

/** Commits told at most; the range says the rest. */
const maxCommits = 20;

async function commitsBetween(
  from: string | null,
  to: string | null,
): Promise<Pick<Nightly['since'], 'commits' | 'why'>> {
  if (from === null || to === null)
    return { commits: [], why: 'The runs were not made in a Git working copy.' };
  const [first, last] = [from, to].map((commit) => commit.replace(/\+$/, ''));
  const edited = to.endsWith('+') ? ['files that are not committed'] : [];
  if (first === last) return { commits: edited };
  try {
    const lines = (await git('log', '--oneline', '--no-decorate', `${first}..${last}`))
      .split('\n')
      .filter(Boolean);
    const more =
      lines.length > maxCommits ? [`and ${lines.length - maxCommits} more in ${first}..${last}`] : [];
    return { commits: [...edited, ...lines.slice(0, maxCommits), ...more] };
  } catch {
    return {
      commits: [...edited, `${first}..${last}`],
      why: 'This working copy does not have both commits.',
    };
  }
}
