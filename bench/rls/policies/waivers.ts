import { usage } from '../../../config/fault.ts';
import { suggest } from '../../../config/nearest.ts';
import { type Finding, rules } from './lint.ts';

/** One finding on one object that somebody decided to live with, and why. */
export interface Waiver {
  readonly rule: string;
  readonly object: string;
  readonly reason: string;
  readonly line: number;
}

const form =
  'One a line: `rule object: reason`, for example `not-forced core.orders: the owner runs the archive`.';

/**
 * Reads a waiver file; empty lines and those that begin with # say nothing.
 * @throws Fault (usage) for a line without a reason, or a rule that does not exist
 */
export function readWaivers(file: string, text: string): Waiver[] {
  return text.split('\n').flatMap((content, i): Waiver[] => {
    const line = content.trim();
    if (line === '' || line.startsWith('#')) return [];
    const [, rule, object, reason] = /^(\S+)\s+(.+?):\s+(\S.*)$/.exec(line) ?? [];
    if (!rule || !object || !reason)
      throw usage(`${file}:${i + 1}: "${line}" is no waiver with a reason.`, form);
    if (!(rule in rules))
      throw usage(`${file}:${i + 1}: there is no rule "${rule}".`, suggest(rule, Object.keys(rules)));
    return [{ rule, object, reason, line: i + 1 }];
  });
}

export type Judged = Finding & { readonly waived: string | null };

/**
 * Findings with the reason for which they are waived.
 * @throws Fault (usage) for a waiver that waives nothing: what it was for is repaired, or misspelt
 */
export function waive(file: string, findings: readonly Finding[], waivers: readonly Waiver[]): Judged[] {
  for (const { rule, object, line } of waivers)
    if (!findings.some((finding) => finding.rule === rule && finding.object === object))
      throw usage(
        `${file}:${line}: there is no finding ${rule} on ${object}.`,
        `Take the line out, if it is repaired. ${suggest(
          `${rule} ${object}`,
          findings.map((finding) => `${finding.rule} ${finding.object}`),
        )}`,
      );
  return findings.map((finding) => ({
    ...finding,
    waived:
      waivers.find(({ rule, object }) => finding.rule === rule && finding.object === object)?.reason ?? null,
  }));
}
