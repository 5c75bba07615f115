import { readFileSync } from 'node:fs';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { usage } from '../config/fault.ts';
import { AcceptedFinding } from '../result/accepted-finding.ts';
import type { Project } from './project.ts';

/** The findings that a project declares to be by design. @throws Fault (usage) where its file is none of them */
export function acceptedFindings({
  acceptedFindings: file,
}: Pick<Project, 'acceptedFindings'>): AcceptedFinding[] {
  if (file === null) return [];
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw usage(`${file} cannot be read: ${(error as Error).message}`, example);
  }
  if (!Value.Check(Type.Array(AcceptedFinding), read))
    throw usage(`${file} is no list of findings with an id and a reason.`, example);
  return read;
}

const example = `For example: [{ "id": "deep-offset/orders/offset", "reason": "an export; nobody waits for it" }]`;
