/** The limits of what is measured beside the system itself, each with its reason. One literal. */
export const trustLimits = {
  /** ms. A start later than that would be charged to the server although the generator caused it. */
  startLagP99: 1,
  dropped: 0,
  /** Times the offered rate: a generator near its own ceiling measures itself. */
  ceiling: 2,
  /** % of the machine's cores: above half, generator and server fight for the same cores. */
  generatorCpu: 50,
  /** Requests: a p99 that is stated as one number then rests on at least 100 samples beyond it. */
  p99Samples: 10_000,
  /** % of 1-second windows off the median. */
  unsteady: 10,
  /** % of CPU time that the hypervisor gave to others. */
  steal: 5,
  /** % of the machine's cores: what other programs take is missing to what is measured. */
  others: 10,
  /** ms. A lag below the probe's own error says nothing. */
  lagProbeError: 2,
} as const;
