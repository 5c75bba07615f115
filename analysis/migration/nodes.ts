import type { Node } from 'libpg-query';

/** The strings of a list of names: schema and table, schema and type. */
export const stringsOf = (nodes: readonly Node[] | undefined): string[] =>
  (nodes ?? []).flatMap((node) =>
    'String' in node
      ? [node.String.sval ?? '']
      : 'List' in node
        ? stringsOf(node.List.items)
        : 'TypeName' in node
          ? stringsOf(node.TypeName.names)
          : 'ObjectWithArgs' in node
            ? stringsOf(node.ObjectWithArgs.objname)
            : [],
  );

/** Every node below `node`, itself first, as kind and content. */
export function* walk(node: unknown): Generator<readonly [kind: string, content: Record<string, unknown>]> {
  if (Array.isArray(node)) for (const one of node) yield* walk(one);
  else if (typeof node === 'object' && node !== null)
    for (const [key, value] of Object.entries(node)) {
      if (/^[A-Z]/.test(key)) yield [key, value as Record<string, unknown>];
      yield* walk(value);
    }
}

/** Every content of one kind below `node`. */
export function all<T>(node: unknown, kind: string): T[] {
  return [...walk(node)].filter(([found]) => found === kind).map(([, content]) => content as T);
}
