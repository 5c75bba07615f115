import type { Session } from '../infra/topology/session.ts';

/** Statements share sources: the same question with the same seed has the same answer. */
export function rememberAnswers(session: Session): Session {
  const answers = new Map<string, ReturnType<Session['query']>>();
  const query = (text: string, values?: readonly unknown[]) => {
    const key = JSON.stringify([text, values]);
    const answer = answers.get(key) ?? session.query(text, values);
    answers.set(key, answer);
    return answer;
  };
  return { query: query as Session['query'] };
}
