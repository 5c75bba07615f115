/** Partial sums of 1/rank: additions and divisions only, so that every machine has the same bits. */
export function harmonics(tenants: number): Float64Array {
  const sums = new Float64Array(tenants + 1);
  for (let rank = 1; rank <= tenants; rank++) sums[rank] = sums[rank - 1]! + 1 / rank;
  return sums;
}

const assuredRows = 3;

/**
 * Deals rows to tenants by Zipf's law (exponent 1): tenant 0 is the whale. So that the smallest tenants own
 * something too, up to three rows a tenant (at most half of all rows) are dealt evenly and the rest by rank.
 * The rows of a tenant are a contiguous range; nothing but the harmonic sums is kept in memory.
 */
export class Allotment {
  readonly rows: number;
  readonly tenants: number;
  private readonly sums: Float64Array;
  private readonly byRank: number;
  private readonly evenly: number;
  private readonly guide: Int32Array;

  /** `even` is the share of the rows that is dealt evenly. */
  constructor(
    sums: Float64Array,
    rows: number,
    even = Math.min(0.5, (assuredRows * (sums.length - 1)) / Math.max(1, rows)),
  ) {
    const tenants = sums.length - 1;
    this.rows = rows;
    this.tenants = tenants;
    this.sums = sums;
    this.byRank = (1 - even) / sums[tenants]!;
    this.evenly = even / tenants;
    this.guide = this.#guide(Math.min(65536, Math.max(16, tenants * 4)));
  }

  /** Share of all rows that belongs to the tenants before `tenant`. */
  share(tenant: number): number {
    return this.byRank * this.sums[tenant]! + this.evenly * tenant;
  }

  /** First of `rows` rows that belongs to `tenant`; `phase` in [0, 1) shifts where the fractions round. */
  start(tenant: number, rows = this.rows, phase = 0.5): number {
    if (tenant >= this.tenants) return rows;
    return Math.max(0, Math.min(rows, Math.ceil(rows * this.share(tenant) - phase)));
  }

  count(tenant: number, rows = this.rows, phase = 0.5): number {
    return this.start(tenant + 1, rows, phase) - this.start(tenant, rows, phase);
  }

  /** The tenant that owns `row` of `rows`: the inverse of `start`. */
  tenantOf(row: number, rows = this.rows, phase = 0.5): number {
    const at = (row + phase) / rows;
    const slots = this.guide.length - 1;
    const slot = Math.min(slots - 1, Math.floor(at * slots));
    let low = this.guide[slot]!;
    let high = this.guide[slot + 1]! + 1;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.share(middle) <= at) low = middle;
      else high = middle;
    }
    // `start` rounds differently from the comparison above in the last bit: settle by its own answer.
    while (low > 0 && this.start(low, rows, phase) > row) low--;
    while (low < this.tenants - 1 && this.start(low + 1, rows, phase) <= row) low++;
    return low;
  }

  #guide(slots: number): Int32Array {
    const guide = new Int32Array(slots + 1);
    let tenant = 0;
    for (let slot = 0; slot <= slots; slot++) {
      while (tenant < this.tenants - 1 && this.share(tenant + 1) <= slot / slots) tenant++;
      guide[slot] = tenant;
    }
    return guide;
  }
}
