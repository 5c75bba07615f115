import type { CapacityResult } from '../result/measures/capacity.ts';
import { count, figure, size } from './format.ts';

type Storage = Exclude<CapacityResult['storage'], null>;
type Pace = Storage['bytesPerDay'];

/** Beyond this nobody plans, and the pace of a week says nothing. */
const farDays = 100 * 365;
const days = (n: number): string =>
  n > farDays ? 'more than 100 years' : n > 730 ? `${figure(n / 365)} years` : `${count(Math.round(n))} days`;

/** What a day adds, as far as single days agree on it. */
export const growthWords = ({ value, low, high }: Pace): string =>
  low > 0
    ? `The data grow by ${size(low)} to ${size(high)} a day`
    : `No growth is certain: a day changed the size by ${size(value)} on average, and single days differ so much that it may be ${size(low)} to ${size(high)}`;

/** When a limit is reached at the pace that was measured: a date, a range of dates, or that none can be given. */
export function limitWords({ limit, earliestDays, latestDays }: Storage['limits'][number]): string {
  if (earliestDays === null) return `${size(limit)} are not reached at this pace`;
  if (latestDays === null)
    return `${size(limit)} are reached in ${days(earliestDays)} at the earliest, and at the low end of the range never`;
  if (earliestDays > farDays || days(earliestDays) === days(latestDays))
    return `${size(limit)} are reached in ${days(earliestDays)}`;
  return `${size(limit)} are reached in ${days(earliestDays)} to ${days(latestDays)}`;
}
