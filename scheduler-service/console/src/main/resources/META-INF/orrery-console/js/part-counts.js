/** The counts of the parts of a run. */

/** The parts that have ended, with any result. */
export function endedOf(counts) {
  return counts.succeeded + counts.failed;
}

/** The ended parts of all in percent; only all of them are 100. */
export function percentOf(counts) {
  return Math.floor((100 * endedOf(counts)) / Math.max(1, counts.total));
}

/** The counts in the order of a bar, those that are 0 included: `{key, state, count}`; `notMade` has no state. */
export function sharesOf(counts) {
  return [
    { key: 'failed', state: 'FAILED', count: counts.failed },
    { key: 'succeeded', state: 'SUCCEEDED', count: counts.succeeded },
    { key: 'active', state: 'RUNNING', count: counts.active },
    { key: 'notMade', state: null, count: counts.total - counts.made },
  ];
}
