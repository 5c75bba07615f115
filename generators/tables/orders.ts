import { day } from '../calendar.ts';
import { Encoded } from '../copy/encoded.ts';
import type { RowWriter } from '../copy/writer.ts';
import { confirmed, orderStatuses, type Sales } from '../order-facts.ts';
import { OrderTimeline } from '../order-timeline.ts';
import { modulo, remainder, subjects } from '../random.ts';
import { currencies } from '../world.ts';
import { writeEmail, writeFullName, writePhone } from './person-fields.ts';
import { Rows } from './rows.ts';
import { table } from './table.ts';

export const orders = table('core.orders', {
  id: 'uuid',
  organization_id: 'uuid',
  order_number: 'text',
  user_id: 'uuid',
  customer_email: 'text',
  customer_name: 'text',
  customer_phone: 'text',
  status: 'text',
  payment_status: 'text',
  fulfillment_status: 'text',
  subtotal_cents: 'int8',
  discount_cents: 'int8',
  shipping_cents: 'int8',
  tax_cents: 'int8',
  total_cents: 'int8',
  currency: 'text',
  discount_codes: 'jsonb',
  shipping_address: 'jsonb',
  billing_address: 'jsonb',
  shipping_method: 'text',
  payment_method: 'jsonb',
  source: 'text',
  metadata: 'jsonb',
  shipping_carrier: 'text',
  tracking_number: 'text',
  shipped_at: 'timestamptz',
  delivered_at: 'timestamptz',
  stripe_payment_intent_id: 'text',
  customer_notes: 'text',
  created_at: 'timestamptz',
  updated_at: 'timestamptz',
  completed_at: 'timestamptz',
  cancelled_at: 'timestamptz',
  cancelled_reason: 'text',
});

const bytesOf = (text: string) => Buffer.from(text);
const json = (value: unknown) => Buffer.from(`\x01${JSON.stringify(value)}`);
const paid = [
  'pending',
  'pending',
  'authorized',
  'captured',
  'captured',
  'captured',
  'captured',
  'failed',
  'refunded',
];
const statusOf = (status: number, payment: number, fulfilment: string) =>
  [orderStatuses[status]!, paid[payment]!, fulfilment].map(bytesOf);
/** Status, payment and fulfilment: two entries a status, the usual one and the other (of cancelled: paid before). */
const states = Encoded.runs(
  orderStatuses.flatMap((_, status) => {
    const usual = status === 4 || status === 5 || status === 6 || status === 8 ? 'fulfilled' : 'unfulfilled';
    const other =
      status === 7 ? statusOf(7, 8, usual) : statusOf(status, status, status === 3 ? 'partial' : usual);
    return [statusOf(status, status, usual), other];
  }),
);
const currencyNames = Encoded.texts(currencies);
const codes = Encoded.jsonb([[], [{ code: 'TEN', percent: 10 }]]);
const carriers = Encoded.texts(['DHL', 'UPS', 'FedEx', 'USPS']);
/** How tracking numbers and payments begin. */
const marks = Encoded.texts(['1Z', 'pi_']);
const reasons = Encoded.texts(['customer request', 'payment failed', 'out of stock', 'fraud']);

const methods = [...new Array(11).fill('standard'), ...new Array(4).fill('express'), 'pickup'].map(bytesOf);
const cards = [
  { kind: 'card', brand: 'visa', last4: '4242' },
  { kind: 'card', brand: 'mastercard', last4: '4444' },
  { kind: 'paypal' },
  { kind: 'invoice' },
].map(json);
const sources = ['web', 'web', 'web', 'mobile', 'mobile', 'pos', 'api'].map(bytesOf);
const metadata = [
  {},
  { utm: 'newsletter' },
  { utm: 'search' },
  { gift: true, utm: 'social' },
  {},
  { device: 'ios' },
  { device: 'android' },
].map(json);
/** Shipping method, payment method, source and metadata: every combination, as often as it is likely. */
const circumstances = Encoded.runs(
  methods.flatMap((method) =>
    cards.flatMap((card) =>
      sources.flatMap((source) => metadata.map((data) => [method, card, source, data])),
    ),
  ),
);

export class OrderRows extends Rows {
  private readonly course = new OrderTimeline(this.world);

  write(writer: RowWriter, sales: Sales, i: number): void {
    const { world, ids } = this;
    const { pools } = world;
    const order = sales.from + i;
    const tenant = sales.tenant[i]!;
    const time = sales.time[i]!;
    const status = sales.status[i]!;
    const user = sales.user[i]!;
    const { course } = this;
    course.of(sales, i);
    const { address, random, sentAt, cancelledAt } = course;
    const drawn = course.drawn >>> 0;

    writer.row(orders.width);
    ids.write(writer, subjects.orderId, order, time);
    ids.writeKnown(writer, subjects.organizationId, tenant, sales.founded[i]!);
    this.#number(writer, tenant, time, sales.serial[i]!);
    if (user < 0) writer.null();
    else ids.write(writer, subjects.userId, user, world.userCreated(user));
    const person = user < 0 ? world.person(subjects.orderText, order) : world.person(subjects.user, user);
    writeEmail(writer, world, person, user < 0 ? order : user);
    writeFullName(writer, world, person);
    if (drawn % 3) writer.null();
    else writePhone(writer, drawn);
    writer.run(states, status * 2 + (drawn % 2));
    this.#amounts(writer, sales, i);
    writer.pooled(currencyNames, sales.currency[i]!);
    writer.pooled(codes, sales.discount[i]! > 0 ? 1 : 0);
    writer.run(pools.addressPairs, address * 2 + (drawn % 5 ? 0 : 1));
    writer.run(circumstances, random.below(circumstances.size));
    if (sentAt) {
      writer.pooled(carriers, modulo(drawn, carriers.size));
      writer.begin();
      writer.appendPooled(marks, 0);
      writer.appendNumber(drawn, 10);
      writer.appendNumber(remainder(order, 1_000_000), 6);
      writer.end();
    } else {
      writer.null();
      writer.null();
    }
    writer.timeOrNull(sentAt);
    writer.timeOrNull(course.arrivedAt);
    if (status < confirmed) writer.null();
    else {
      writer.begin();
      writer.appendPooled(marks, 1);
      writer.appendBase36(order);
      writer.end();
    }
    if (drawn % 14) writer.null();
    else writer.pooled(pools.sentences, random.below(pools.sentences.size));
    writer.time(time);
    writer.time(course.updatedAt);
    writer.timeOrNull(course.completedAt);
    writer.timeOrNull(cancelledAt);
    if (cancelledAt) writer.pooled(reasons, modulo(drawn, reasons.size));
    else writer.null();
  }

  #number(writer: RowWriter, tenant: number, time: number, serial: number): void {
    writer.begin();
    writer.appendPooled(this.world.orderPrefixes, this.world.orderPrefix(tenant));
    writer.appendNumber(monthOf(time));
    writer.byte(45);
    writer.appendNumber(serial, 5);
    writer.end();
  }

  #amounts(writer: RowWriter, sales: Sales, i: number): void {
    const subtotal = sales.subtotal[i]!;
    const discount = sales.discount[i]!;
    const shipping = sales.shipping[i]!;
    const tax = sales.tax[i]!;
    writer.int8(subtotal);
    writer.int8(discount);
    writer.int8(shipping);
    writer.int8(tax);
    writer.int8(subtotal - discount + shipping + tax);
  }
}

let knownDay = -1;
let knownMonth = 0;
/** Year and month in UTC as YYYYMM; orders come by time, so the last answer is kept. */
function monthOf(time: number): number {
  const today = Math.floor(time / day);
  if (today !== knownDay) {
    const date = new Date(time);
    knownDay = today;
    knownMonth = date.getUTCFullYear() * 100 + date.getUTCMonth() + 1;
  }
  return knownMonth;
}
