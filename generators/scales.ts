import { Fault, usage } from '../config/fault.ts';
import { suggest } from '../config/nearest.ts';

/** How much is generated. Tables that are not named follow from these (variants from products, items from orders). */
export interface Scale {
  readonly name: string;
  readonly tenants: number;
  /** Registered customers; the staff of the tenants comes on top. */
  readonly customers: number;
  readonly products: number;
  readonly orders: number;
}

export const scales = {
  /** The smallest that has everything: a large, a middle and a small tenant, and rows for every statement. */
  test: { tenants: 3, customers: 60, products: 90, orders: 300 },
  /** For working on an application: few enough tenants to know them by name. */
  development: { tenants: 5, customers: 200, products: 300, orders: 1_000 },
  tiny: { tenants: 12, customers: 600, products: 600, orders: 2_000 },
  small: { tenants: 200, customers: 40_000, products: 50_000, orders: 200_000 },
  medium: { tenants: 5_000, customers: 300_000, products: 280_000, orders: 1_600_000 },
  large: { tenants: 50_000, customers: 3_000_000, products: 2_800_000, orders: 16_000_000 },
} as const;

const counts = ['tenants', 'customers', 'products', 'orders'] as const;
const perTenant = { customers: 60, products: 50, orders: 200 };
const most = 2 ** 31 - 1;

/**
 * A scale by its name, by a number of tenants ("250"), or by explicit counts ("tenants=2000000,products=5000000";
 * what is left out follows from the tenants).
 * @throws Fault (usage)
 */
export function resolveScale(text: string): Scale {
  const named = scales[text as keyof typeof scales];
  if (named && Object.hasOwn(scales, text)) return { name: text, ...named };
  if (/^\d+$/.test(text)) return ofCounts(new Map([['tenants', count('tenants', text)]]));
  if (!text.includes('='))
    throw usage(
      `There is no scale "${text}".`,
      `${suggest(text, Object.keys(scales))} A number of tenants also does.`,
    );
  const given = new Map<string, number>();
  for (const pair of text.split(',')) {
    const [key = '', value = ''] = pair.split('=');
    if (!counts.includes(key as never)) throw usage(`A scale has no count "${key}".`, suggest(key, counts));
    given.set(key, count(key, value));
  }
  if (!given.has('tenants'))
    throw new Fault('usage', `The scale "${text}" does not say how many tenants.`, 'Add tenants=N.');
  return ofCounts(given);
}

function ofCounts(given: ReadonlyMap<string, number>): Scale {
  const tenants = given.get('tenants')!;
  const of = (key: keyof typeof perTenant) => given.get(key) ?? Math.min(most, tenants * perTenant[key]);
  const scale = { tenants, customers: of('customers'), products: of('products'), orders: of('orders') };
  if (scale.products < 1 || scale.customers < 1)
    throw usage('A scale needs at least one product and one customer.', 'Raise the count, or leave it out.');
  return { name: counts.map((key) => `${key}=${scale[key]}`).join(','), ...scale };
}

function count(key: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > most || (value < 1 && key === 'tenants'))
    throw usage(
      `${key}=${text}: not a whole number from 1 to ${most}.`,
      'Write digits only, for example tenants=250.',
    );
  return value;
}
