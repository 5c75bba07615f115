/** Text that Markdown and HTML leave alone: no tag, link, emphasis, table cell or line of its own; bounded. */
export const text = (raw: string): string =>
  (raw.length > 600 ? `${raw.slice(0, 600)}…` : raw)
    .replace(/[\r\n]+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_[\]|#~>]/g, '\\$&')
    .replace(/\b(https?|www)(?=[:.])/gi, '$1\u200b');

/** Code that may hold backticks itself. */
export function code(raw: string): string {
  const flat = raw.replace(/[\r\n]+/g, ' ');
  const fence = '`'.repeat(1 + Math.max(0, ...[...flat.matchAll(/`+/g)].map(([ticks]) => ticks.length)));
  return fence === '`' ? `\`${flat}\`` : `${fence} ${flat} ${fence}`;
}
