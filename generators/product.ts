/** What every table must agree on about one product. Prices in cents, times in milliseconds since 1970. */
export interface Product {
  number: number;
  tenant: number;
  /** Its place among the tenant's products, by age. */
  place: number;
  created: number;
  /** Among the tenant's categories; -1: none. */
  category: number;
  price: number;
  /** When the price was raised to this one; before, it was a tenth lower. 0: never. */
  repriced: number;
  variants: number;
  /** Index into `productStatuses`. */
  status: number;
  deleted: number;
  tracked: boolean;
  brand: number;
  adjective: number;
  material: number;
  noun: number;
}
