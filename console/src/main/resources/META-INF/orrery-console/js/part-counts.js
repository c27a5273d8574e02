/** The counts of the parts of a run, or of the nodes of a flow. */

/** Those that have ended, with any result. */
export function endedOf(counts) {
  return counts.succeeded + counts.failed + (counts.skipped ?? 0);
}

/** The ended ones of all in percent; only all of them are 100. */
export function percentOf(counts) {
  return Math.floor((100 * endedOf(counts)) / Math.max(1, counts.total));
}

/**
 * The counts of parts in the order of a bar, those that are 0 included: `{key, state, count}`. Parts that are not created
 * have no state; of a run that has ended, they never will be.
 */
export function sharesOf(counts, { hasEnded = false } = {}) {
  return [
    { key: 'failed', state: 'FAILED', count: counts.failed },
    { key: 'succeeded', state: 'SUCCEEDED', count: counts.succeeded },
    { key: 'active', state: 'RUNNING', count: counts.active },
    { key: hasEnded ? 'neverMade' : 'notMade', state: null, count: counts.total - counts.made },
  ];
}

/** The counts of nodes in the same form. */
export function nodeSharesOf(counts) {
  return [
    { key: 'failed', state: 'FAILED', count: counts.failed },
    { key: 'succeeded', state: 'SUCCEEDED', count: counts.succeeded },
    { key: 'skipped', state: 'SKIPPED', count: counts.skipped },
    { key: 'active', state: 'RUNNING', count: counts.active },
    { key: 'waiting', state: null, count: counts.waiting },
  ];
}
