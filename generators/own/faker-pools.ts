import { base, en, Faker } from '@faker-js/faker';

/** A pool's value is `head`, then what makes it another one, then `tail`. */
export interface TextPool {
  readonly heads: readonly string[];
  readonly tails: readonly string[];
}

const whole = (make: (faker: Faker) => string) => (faker: Faker) => [make(faker), ''] as const;

/** Each makes one value, in two parts where a number goes into its middle. */
const makers = {
  firstName: whole((faker) => faker.person.firstName()),
  lastName: whole((faker) => faker.person.lastName()),
  fullName: whole((faker) => `${faker.person.firstName()} ${faker.person.lastName()}`),
  userName: whole((faker) => faker.internet.username().toLowerCase()),
  // example.com takes no mail: what is sent by mistake reaches nobody
  email: (faker: Faker) =>
    [
      `${faker.person.firstName()}.${faker.person.lastName()}`.toLowerCase().replaceAll(/[^a-z.]/g, ''),
      '@example.com',
    ] as const,
  phone: whole((faker) => `+1555${faker.string.numeric(7)}`),
  company: whole((faker) => faker.company.name()),
  jobTitle: whole((faker) => faker.person.jobTitle()),
  street: whole((faker) => faker.location.streetAddress()),
  city: whole((faker) => faker.location.city()),
  state: whole((faker) => faker.location.state()),
  zip: whole((faker) => faker.location.zipCode('#####')),
  country: whole((faker) => faker.location.country()),
  countryCode: whole((faker) => faker.location.countryCode()),
  currency: whole((faker) => faker.finance.currencyCode()),
  url: (faker: Faker) => [`https://example.com/${faker.lorem.slug(3)}`, ''] as const,
  ip: whole((faker) => `10.${faker.number.int(255)}.${faker.number.int(255)}.${faker.number.int(255)}`),
  userAgent: whole((faker) => faker.internet.userAgent()),
  colour: whole((faker) => faker.color.human()),
  product: whole((faker) => faker.commerce.productName()),
  department: whole((faker) => faker.commerce.department()),
  word: whole((faker) => faker.lorem.word()),
  words: whole((faker) => faker.lorem.words(4)),
  slug: whole((faker) => faker.lorem.slug(3)),
  sentence: whole((faker) => faker.lorem.sentence()),
  fileName: (faker: Faker) => [faker.lorem.slug(2), '.dat'] as const,
} as const;

export type FakerPool = keyof typeof makers;
export const fakerPools = Object.keys(makers) as FakerPool[];

/** Values of a kind, none twice; fewer than asked for where the kind has no more. */
export function fakerPool(kind: FakerPool, seed: number, size: number): TextPool {
  const faker = new Faker({ locale: [en, base], seed });
  const seen = new Map<string, readonly [string, string]>();
  for (let tries = 0; seen.size < size && tries < 4 * size; tries++) {
    const [head, tail] = makers[kind](faker);
    seen.set(head + tail, [head, tail]);
  }
  return {
    heads: [...seen.values()].map(([head]) => head),
    tails: [...seen.values()].map(([, tail]) => tail),
  };
}

/** Texts of words, of lengths spread evenly between two. */
export function textPool(seed: number, size: number, [least, most]: readonly [number, number]): TextPool {
  const faker = new Faker({ locale: [en, base], seed });
  const words = Array.from({ length: 500 }, () => faker.lorem.word());
  const heads = Array.from({ length: size }, (_, i) => {
    const length = Math.round(least + ((most - least) * i) / Math.max(1, size - 1));
    let text = '';
    while (text.length < length) text += `${text === '' ? '' : ' '}${words[faker.number.int(499)]!}`;
    return text.slice(0, length);
  });
  return { heads, tails: heads.map(() => '') };
}
