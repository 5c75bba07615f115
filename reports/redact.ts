/**
 * Replaces passwords in any text: the user info of a URL and `password=…` of a connection string or query. The last
 * line of defence, so it rather removes too much: everything between the first colon after the user and the last @.
 */
export function redact(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s:@/"'<>]*:)[^\s"'<>]+@/gi, '$1***@')
    .replace(
      /(\bpass\s*=\s*|pass(?:word|wd|phrase)\s*=\s*)(?!\$\d|\*\*\*)('(?:[^'\\]|\\.|'')*'|[^\s&"']+)/gi,
      '$1***',
    );
}

/** The same data with every string redacted, keys included. */
export function redactAll<T>(value: T): T {
  if (typeof value === 'string') return redact(value) as T;
  if (Array.isArray(value)) return value.map(redactAll) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [redact(key), redactAll(each)])) as T;
}
