/** When a night's value is out of line with the nights before it. One literal. */
export const nightRules = {
  /** Nights that a baseline rests on, at most and at least. */
  baseline: { most: 30, least: 10 },
  suspicion: {
    /**
     * Of the ratio head / control. The confirming gate decides above 3 %; with 5 % here a true slowdown of 5 % would
     * exceed its own size on every second night only, and so would be suspected in half of the cases.
     */
    least: Math.log(1.025),
    /** Standard deviations, estimated by the median absolute deviation, the uncertainty of the median included. */
    deviations: 3,
    /** So many of the last `of` nights have to be above. */
    above: 2,
    of: 3,
  },
  /** Metrics that one night confirms: as many as the gate takes at once. */
  confirmations: 3,
  /** Nights in which a slow drift is looked for. */
  drift: 100,
} as const;
