// The arithmetic of the charts: scales, stacks and segments. No elements, so that it is tested without a browser.

/** The smallest round number (1, 2, 2.5 or 5 times a power of ten) that is not below the value; at least 1. */
export function niceCeiling(value) {
  if (value <= 1) {
    return 1;
  }
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 5, 10].map(step => step * power).find(step => step >= value * 0.999999);
}

/**
 * Stacks the counts of each bucket.
 *
 * @param items `{start, counts: {STATE: n}}`
 * @param states from the bottom to the top
 * @returns `{max, total, bars: [{start, sum, parts: [{state, count, from, to}]}]}` with `from` and `to` of 0..1 of `max`
 */
export function stack(items, states) {
  const sums = items.map(item => states.reduce((sum, state) => sum + (item.counts[state] ?? 0), 0));
  const max = niceCeiling(Math.max(1, ...sums));
  const bars = items.map((item, index) => {
    let below = 0;
    const parts = states
      .filter(state => item.counts[state] > 0)
      .map(state => {
        const from = below;
        below += item.counts[state];
        return { state, count: item.counts[state], from: from / max, to: below / max };
      });
    return { start: item.start, sum: sums[index], parts };
  });
  return { max, total: sums.reduce((sum, one) => sum + one, 0), bars };
}

/**
 * Places the parts of a bar of `height` units from the bottom to the top. A part that would be hardly seen gets a least
 * height; the largest one gives way where all of them would be too high.
 *
 * @param parts of a bar of {@link stack}
 * @param leastOf the least height of a state
 * @returns `{y, height}` for each part, where `y` counts from the top
 */
export function placedParts(parts, height, leastOf) {
  const heights = parts.map(part => Math.max(leastOf(part.state), (part.to - part.from) * height));
  const excess = heights.reduce((sum, one) => sum + one, 0) - height;
  if (excess > 0) {
    const largest = heights.indexOf(Math.max(...heights));
    heights[largest] = Math.max(1, heights[largest] - excess);
  }
  let below = 0;
  return heights.map(own => {
    below += own;
    return { y: height - below, height: own };
  });
}

/** The sum of each state over all buckets. */
export function totals(items, states) {
  return Object.fromEntries(
    states.map(state => [state, items.reduce((sum, item) => sum + (item.counts[state] ?? 0), 0)]),
  );
}

/** Buckets from `from` until `until` without gaps: those that the answer leaves out have no counts. */
export function filledBuckets(items, from, until, millis) {
  const byStart = new Map(items.map(item => [Date.parse(item.start), item]));
  const filled = [];
  for (let start = Math.floor(from / millis) * millis; start < until; start += millis) {
    filled.push(byStart.get(start) ?? { start: new Date(start).toISOString(), counts: {} });
  }
  return filled;
}

/** The points of a line through values, from left to right; the largest value is at the top. */
export function linePoints(values, width, height) {
  const max = Math.max(...values, Number.EPSILON);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values.map((value, index) => [index * step, height - (value / max) * height]);
}

/** Segments of time as parts of a span: `{from, to}` of 0..1, each at least `least` wide, so that it is seen. */
export function spans(segments, from, until, least = 0.004) {
  const length = Math.max(1, until - from);
  return segments.map(segment => {
    const start = clamp((segment.from - from) / length);
    const end = Math.max(clamp((segment.until - from) / length), Math.min(1, start + least));
    return { ...segment, start: Math.min(start, 1 - least), end };
  });
}

function clamp(value) {
  return Math.min(1, Math.max(0, value));
}

/** At most `count` instants for the axis of a span, at round times. */
export function timeTicks(from, until, count = 6) {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080].map(minutes => minutes * 60_000);
  const step = steps.find(one => (until - from) / one <= count) ?? steps[steps.length - 1];
  // Round in local time, so that a day begins at midnight of the reader.
  const shift = new Date(from).getTimezoneOffset() * 60_000;
  const ticks = [];
  for (let at = Math.ceil((from - shift) / step) * step + shift; at < until; at += step) {
    ticks.push(at);
  }
  return ticks;
}
