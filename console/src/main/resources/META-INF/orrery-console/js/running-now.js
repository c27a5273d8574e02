/** The runs that run now, with what is known of their progress. */

import { percentOf } from './part-counts.js';

/**
 * @param instances in the state RUNNING
 * @returns the longest-running first, each as `{instance, ranMillis, percent, message, restMillis}`; `percent` and `message`
 *   are null without a report; the percentage of a run with parts or nodes is that of the ended ones
 */
export function runningRows(instances, now) {
  return instances
    .filter(instance => instance.state === 'RUNNING')
    .map(instance => ({
      instance,
      ranMillis: instance.startedAt ? Math.max(0, now - Date.parse(instance.startedAt)) : null,
      percent: instance.progress?.percent ?? percentOfCounts(instance.parts ?? instance.nodes),
      message: instance.progress?.message ?? null,
      restMillis: restMillis(instance, now),
    }))
    .sort((one, other) => (other.ranMillis ?? 0) - (one.ranMillis ?? 0));
}

function percentOfCounts(counts) {
  return counts ? percentOf(counts) : null;
}

/**
 * The estimated rest of a run, if it goes on as fast as until its last report; null without a report, and when the time of
 * the estimate has passed.
 */
export function restMillis({ startedAt, progress }, now) {
  const percent = progress?.percent ?? 0;
  const reported = Date.parse(progress?.at) - Date.parse(startedAt);
  if (!(percent > 0 && percent < 100 && reported > 0)) {
    return null;
  }
  const rest = Date.parse(startedAt) + (reported * 100) / percent - now;
  return rest > 0 ? rest : null;
}
