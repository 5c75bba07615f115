/** What the frequent ones mean, for who does not know PostgreSQL's table by heart. */
const meanings: Readonly<Record<string, string>> = {
  '08001': 'not connected',
  '08006': 'connection lost',
  '08P01': 'protocol violation',
  '23505': 'already there',
  '25006': 'the server is read-only',
  '26000': 'no such prepared statement',
  '40001': 'serialization failure',
  '40P01': 'deadlock',
  '42501': 'permission denied',
  '42P01': 'no such table',
  '42P05': 'prepared statement is there already',
  '53100': 'disk full',
  '53200': 'out of memory',
  '53300': 'too many connections',
  '55P03': 'lock not available',
  '57014': 'cancelled, or timed out',
  '57P01': 'session ended by an administrator',
  '57P02': 'a back end crashed',
  '57P03': 'the server is starting or stopping',
};

/** "By SQLSTATE: 53100 (disk full) 298, 40001 (serialization failure) 3." */
export const bySqlstate = (errors: Readonly<Record<string, number>>): string =>
  `By SQLSTATE: ${Object.entries(errors)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${state}${meanings[state] ? ` (${meanings[state]})` : ''} ${count}`)
    .join(', ')}.`;
