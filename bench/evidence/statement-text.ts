/**
 * Pure: a statement's text without what differs between the catalogue's file and pg_stat_statements, which keeps
 * comments and layout, numbers constants as further parameters, and from version 18 shortens lists of them.
 * Both sides go through here, so what is replaced too eagerly is replaced on both.
 */
export function normalisedText(sql: string): string {
  return sql
    .replaceAll(tokens, (token) => {
      if (token.startsWith('--') || token.startsWith('/*')) return ' ';
      if (token.startsWith('"')) return token;
      return '?';
    })
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([(),;=<>*+/-]) ?/g, '$1')
    .replaceAll(/\b(true|false|null)\b/g, '?')
    .replaceAll(/\bextract\(\w+ from\b/g, 'extract(? from') // the field's name is a constant to the parser
    .replaceAll(/([(,=<>])-\?/g, '$1?') // the sign belongs to the constant
    .replaceAll(/\?(,\?)+/g, '?') // lists of constants, whatever their length
    .replace(/^explain\([^)]*\)/, '') // a statement whose plan was read first is kept with that text
    .replace(/^prepare olympus_\w+ as /, '') // and one that we prepared first with that
    .replace(/;+$/, '')
    .trim();
}

/** Comments, quoted identifiers, strings, parameters, numbers: in this order, so that none is found inside another. */
const tokens =
  /--[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"]|"")*"|\b[eEbBxX]?'(?:[^']|'')*'|'(?:[^']|'')*'|\$\d+|(?<![\w$.])\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
