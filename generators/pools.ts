import { base, en, Faker } from '@faker-js/faker';
import { harmonics } from './allotment.ts';
import { Encoded } from './copy/encoded.ts';
import { Random, subjects } from './random.ts';

/**
 * Pools of values that faker made, encoded once: faker costs microseconds a call, drawing from a pool nanoseconds.
 * The same seed and faker version make the same pools.
 */
export interface Pools {
  readonly firstNames: Encoded;
  readonly lastNames: Encoded;
  readonly email: EmailPools;
  /** Capitalised and plain spellings of the words of product names. */
  readonly adjectives: WordPool;
  readonly materials: WordPool;
  readonly products: WordPool;
  readonly sold: SoldPools;
  readonly categories: readonly { readonly name: string; readonly slug: string }[];
  readonly companies: readonly { readonly name: string; readonly slug: string; readonly prefix: string }[];
  readonly brands: Encoded;
  readonly colours: Encoded;
  readonly addresses: Encoded;
  /** Runs of two fields: shipping and billing address, the same (entry 2i) or two (2i + 1). */
  readonly addressPairs: Encoded;
  /** Sentences whose words follow Zipf's law. */
  readonly sentences: Encoded;
  readonly tags: Encoded;
  readonly keywords: Encoded;
  readonly images: Encoded;
  readonly attributes: Encoded;
  readonly preferences: Encoded;
}

export interface WordPool {
  readonly title: Encoded;
  readonly slug: Encoded;
}

/** The parts of e-mail addresses, with the dots and the @ between them. */
export interface EmailPools {
  /** As many as first names in small letters, then as many with a capital. */
  readonly first: Encoded;
  readonly last: Encoded;
  readonly domain: Encoded;
}

/** The parts of a sold product's snapshot, a JSON document: few pieces, since there is one in every item. */
export interface SoldPools {
  /** From its start to the adjective. */
  readonly opening: Encoded;
  /** Material and product, entry material * nouns + product, up to the price. */
  readonly rest: Encoded;
  readonly nouns: number;
}

const sizes = {
  firstNames: 400,
  lastNames: 450,
  domains: 60,
  adjectives: 500,
  companies: 1200,
  brands: 150,
  colours: 24,
  addresses: 3000,
  vocabulary: 2400,
  sentences: 6000,
  tagNames: 160,
  tagSets: 4096,
  images: 512,
  attributes: 1024,
};

export function makePools(seed: number): Pools {
  const faker = new Faker({ locale: [en, base], seed: seed % 2 ** 32 });
  const random = new Random(seed);
  const unique = (make: () => string, count: number) => faker.helpers.uniqueArray(make, count);
  const many = <T>(count: number, make: (index: number) => T): T[] =>
    Array.from({ length: count }, (_, i) => make(i));

  const firstNames = unique(() => faker.person.firstName(), sizes.firstNames);
  const lastNames = unique(() => faker.person.lastName(), sizes.lastNames);
  const adjectives = unique(() => faker.word.adjective(), sizes.adjectives);
  const materials = unique(() => faker.commerce.productMaterial(), 15);
  const products = unique(() => faker.commerce.product(), 27);
  const departments = unique(() => faker.commerce.department(), 22);
  const colours = unique(() => faker.color.human(), sizes.colours);
  const vocabulary = [
    ...unique(() => faker.word.noun(), sizes.vocabulary / 3),
    ...unique(() => faker.word.adjective(), sizes.vocabulary / 3),
    ...unique(() => faker.word.verb(), sizes.vocabulary / 3),
  ];
  const shuffled = faker.helpers.shuffle([...new Set(vocabulary)]);
  const tagNames = shuffled.slice(0, sizes.tagNames);

  random.at(subjects.textPool, 0);
  const word = zipfChoice(random, shuffled);
  const sentence = () => {
    const words = many(6 + random.below(12), word).join(' ');
    return `${capital(words)}.`;
  };
  const sentences = many(sizes.sentences, sentence);
  random.at(subjects.tagPool, 0);
  const tag = zipfChoice(random, tagNames);
  const tagSets = many(sizes.tagSets, () => [...new Set(many(random.below(6), tag))]);

  const addresses = Encoded.jsonb(many(sizes.addresses, () => address(faker)));

  return {
    firstNames: Encoded.texts(firstNames),
    lastNames: Encoded.texts(lastNames),
    email: {
      first: Encoded.texts([...firstNames.map(slug), ...firstNames].map((name) => `${name}.`)),
      last: Encoded.texts(lastNames.map((name) => `${slug(name)}.`)),
      domain: Encoded.texts(
        unique(() => faker.internet.domainName(), sizes.domains).map((name) => `@${name}`),
      ),
    },
    adjectives: words(adjectives),
    materials: words(materials),
    products: words(products),
    sold: {
      opening: Encoded.texts(adjectives.map((word) => `\x01{"name":"${capital(word)} `)),
      nouns: products.length,
      rest: Encoded.texts(
        materials.flatMap((material) =>
          products.map((product) => `${capital(material)} ${capital(product)}","price_cents":`),
        ),
      ),
    },
    categories: [
      ...departments,
      ...materials.flatMap((m) => products.slice(0, 5).map((p) => `${m} ${p}`)),
    ].map(named),
    companies: unique(() => faker.company.name(), sizes.companies).map((name) => ({
      ...named(name),
      prefix: orderPrefix(slug(name)),
    })),
    brands: Encoded.texts(unique(() => faker.person.lastName(), sizes.brands)),
    colours: Encoded.texts(colours),
    addresses,
    addressPairs: Encoded.runs(
      many(sizes.addresses * 2, (n) => {
        const shipping = n >> 1;
        const billing = (shipping + (n % 2)) % sizes.addresses;
        return [addresses.value(shipping), addresses.value(billing)];
      }),
    ),
    sentences: Encoded.texts(sentences),
    tags: Encoded.textArrays(tagSets),
    keywords: Encoded.textArrays(tagSets.filter((set) => set.length > 1)),
    images: Encoded.jsonb(
      many(sizes.images, (i) =>
        many(1 + (i % 4), (n) => ({
          alt: sentences[i]!.slice(0, 24),
          url: `https://cdn.example.com/p/${i}-${n}.webp`,
        })),
      ),
    ),
    attributes: Encoded.jsonb(
      many(sizes.attributes, () => ({
        care: shuffled[random.below(shuffled.length)],
        width: random.below(400),
        height: random.below(400),
        origin: faker.location.countryCode(),
        material: materials[random.below(materials.length)],
      })),
    ),
    preferences: Encoded.jsonb(
      many(64, (i) => ({
        theme: i % 3 ? 'light' : 'dark',
        locale: ['en', 'de', 'fr', 'es'][i % 4],
        newsletter: i % 5 > 1,
      })),
    ),
  };
}

/** Keys in the order in which jsonb keeps them (length, then bytes): the server need not move them. */
const address = (faker: Faker) => ({
  zip: faker.location.zipCode(),
  city: faker.location.city(),
  line1: faker.location.streetAddress(),
  state: faker.location.state({ abbreviated: true }),
  country: 'US',
});

/** Draws the word of rank r with a probability that falls as 1/r. */
function zipfChoice(random: Random, choices: readonly string[]): () => string {
  const sums = harmonics(choices.length);
  const total = sums[choices.length]!;
  return () => {
    const wanted = random.unit() * total;
    let low = 0;
    let high = choices.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (sums[middle]! <= wanted) low = middle;
      else high = middle;
    }
    return choices[low]!;
  };
}

const words = (values: readonly string[]): WordPool => ({
  title: Encoded.texts(values.map(capital)),
  slug: Encoded.texts(values.map(slug)),
});
const named = (name: string) => ({ name, slug: slug(name) });
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
/** Letters and digits of ASCII with single hyphens between words. */
export const slug = (text: string) =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '') || 'x';

/** First part of order numbers: upper(left(slug, 3)) without what is neither letter nor digit, as the schema's trigger makes it. */
export const orderPrefix = (slug: string) =>
  slug
    .slice(0, 3)
    .replace(/[^a-z0-9]/g, '')
    .toUpperCase();
