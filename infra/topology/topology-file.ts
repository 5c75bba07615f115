import { type Static, type TObject, Type } from 'typebox';
import { Value } from 'typebox/value';
import { type Document, isMap, isScalar, LineCounter, parseDocument, type YAMLMap } from 'yaml';
import { type Fault, usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import { endpointNames, isEndpoint } from '../endpoints/endpoints.ts';
import type { EndpointName, ProviderName } from './endpoint.ts';
import { tlsModes } from './tls.ts';

const closed = { additionalProperties: false } as const;
const port = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 65_535, description: 'a port from 1 to 65535' }),
);
/** `env:NAME` or `file:PATH`; a URL itself where it holds no password. */
const place = Type.String({ minLength: 1, description: 'env:NAME, file:PATH, or a URL without a password' });

/** What each provider may be told of an endpoint. */
const options = {
  local: Type.Object({ provider: Type.Literal('local'), port }, closed),
  docker: Type.Object(
    {
      provider: Type.Literal('docker'),
      port,
      image: Type.Optional(Type.String({ minLength: 1, description: 'the name of an image' })),
    },
    closed,
  ),
  external: Type.Object(
    {
      provider: Type.Literal('external'),
      url: place,
      /** Who else connects, where `url` is not the superuser's: each login has its own right. */
      app: Type.Optional(place),
      owner: Type.Optional(place),
      tls: Type.Optional(Type.Enum([...tlsModes], { description: tlsModes.join(', ') })),
      ca: Type.Optional(Type.String({ minLength: 1, description: "the path of a CA's certificate" })),
    },
    closed,
  ),
  off: Type.Object({ provider: Type.Literal('off') }, closed),
} as const satisfies Record<ProviderName, TObject>;

export type LocalEntry = Static<typeof options.local>;
export type DockerEntry = Static<typeof options.docker>;
export type ExternalEntry = Static<typeof options.external>;
export type Entry = LocalEntry | DockerEntry | ExternalEntry | Static<typeof options.off>;

/** Which provider each endpoint comes from; one that is not named is off. */
export type Entries = Readonly<Partial<Record<EndpointName, Entry>>>;

/**
 * Reads a topology file, YAML or JSON: for each endpoint a provider, or a map of `provider` and its options.
 * @param name of the file, for messages
 * @throws Fault (usage) naming the line, the key and the nearest right word. A value is never repeated: it may be a secret.
 */
export function parseTopologyFile(text: string, name: string): Entries {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number | undefined) =>
    offset === undefined ? name : `${name}:${lines.linePos(offset).line}`;
  const wrong = document.errors[0];
  if (wrong)
    throw usage(
      `${at(wrong.pos[0])}: this is neither YAML nor JSON: ${wrong.code}`,
      `For example: ${example}`,
    );
  const root = document.contents;
  if (!isMap(root)) throw usage(`${name}: it names no endpoint.`, `For example: ${example}`);
  return entriesOf(root, document, at);
}

/**
 * The endpoints of one map of a file.
 * @param at names the place of an offset, for messages
 * @throws as parseTopologyFile
 */
export function entriesOf(
  root: YAMLMap,
  document: Document.Parsed,
  at: (offset: number | undefined) => string,
): Entries {
  const lineOf = (key: unknown) => at(isScalar(key) ? key.range?.[0] : undefined);
  const entries: Partial<Record<EndpointName, Entry>> = {};
  for (const { key, value } of root.items) {
    const endpoint = String(isScalar(key) ? key.value : key);
    if (!isEndpoint(endpoint))
      throw usage(`${lineOf(key)}: there is no endpoint "${endpoint}".`, suggest(endpoint, endpointNames));
    const given: unknown = isMap(value) ? value.toJS(document) : isScalar(value) ? value.value : undefined;
    entries[endpoint] = entry(endpoint, given, (option) => {
      const own = isMap(value) && value.items.find((item) => isScalar(item.key) && item.key.value === option);
      return lineOf(own ? own.key : key);
    });
  }
  return entries;
}

const example = 'primary: docker';

/** @throws Fault (usage) for what is no entry, at the line of the option that is wrong. */
function entry(endpoint: string, given: unknown, lineOf: (option: string) => string): Entry {
  const value = typeof given === 'string' ? { provider: given } : given;
  if (typeof value !== 'object' || value === null)
    throw usage(`${lineOf('')}: ${endpoint} names no provider.`, `There is: ${providers.join(', ')}.`);
  const { provider } = value as { provider?: unknown };
  if (typeof provider !== 'string' || !(provider in options))
    throw usage(
      `${lineOf('provider')}: ${endpoint} has ${provider === undefined ? 'no provider' : `the provider "${provider}", which is none`}.`,
      provider === undefined ? `There is: ${providers.join(', ')}.` : suggest(String(provider), providers),
    );
  const schema: TObject = options[provider as ProviderName];
  const known = Object.keys(schema.properties);
  for (const option of Object.keys(value))
    if (!known.includes(option)) throw unknownOption(lineOf(option), endpoint, provider, option, known);
  for (const option of known) {
    const type = schema.properties[option]!;
    const is = (value as Record<string, unknown>)[option];
    if (is === undefined && !schema.required?.includes(option)) continue;
    if (!Value.Check(type, is))
      throw usage(
        `${lineOf(option)}: ${option} of ${endpoint} ${is === undefined ? 'is missing' : 'is none'}.`,
        `It takes ${(type as { description?: string }).description ?? 'a text'}.`,
      );
  }
  return value as Entry;
}

const providers = Object.keys(options);

function unknownOption(
  where: string,
  endpoint: string,
  provider: string,
  option: string,
  known: readonly string[],
): Fault {
  const others = known.filter((name) => name !== 'provider');
  return usage(
    `${where}: ${endpoint} has the option "${option}", which the provider ${provider} does not have.`,
    others.length === 0 ? `${provider} takes no options.` : suggest(option, others),
  );
}
