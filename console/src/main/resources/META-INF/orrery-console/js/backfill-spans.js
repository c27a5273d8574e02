/** Usual spans of a backfill, as the wall times of its form. */

import { fieldsOf } from './zone-times.js';

export const SPANS = ['yesterday', 'week', 'weekend'];

/**
 * @param span one of {@link SPANS}: `yesterday`, `week` (the seven days before today, and today until now), `weekend` (the
 *   last Saturday and Sunday that are over)
 * @returns {{from: string, until: string}} by the clock of the zone, both included; an empty `until` is now
 */
export function wallSpan(span, now, zone) {
  const { year, month, day } = fieldsOf(now, zone);
  const dateOf = daysAgo => new Date(Date.UTC(year, month - 1, day - daysAgo)).toISOString().slice(0, 10);
  const days = (first, last) => ({ from: `${dateOf(first)}T00:00:00`, until: `${dateOf(last)}T23:59:59` });
  switch (span) {
    case 'yesterday':
      return days(1, 1);
    case 'week':
      return { ...days(7, 0), until: '' };
    case 'weekend': {
      // Sunday is 0: on a Sunday, the weekend before is the last one that is over.
      const sinceSunday = new Date(Date.UTC(year, month - 1, day)).getUTCDay() || 7;
      return days(sinceSunday + 1, sinceSunday);
    }
    default:
      throw new Error(`unknown span ${span}`);
  }
}
