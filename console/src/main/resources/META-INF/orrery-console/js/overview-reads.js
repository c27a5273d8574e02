// What the overview of an app reads, and how often. All consoles of a minute make the same calls, so that they share answers.

import { readAll } from './api.js';
import { loadStatistics, oldestFirst } from './job-statistics.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MOST_FAILED = 100;

/** The most jobs of one call of statistics. */
const MOST_JOBS = 100;
const ENDS = 20;
const MOST_WORKERS = 500;
const MOST_RUNNING = 20;
const FAILURES = ['FAILED', 'TIMED_OUT'];

export const SPANS = {
  '1h': { length: HOUR, bucket: 'PT1M', millis: MINUTE },
  '24h': { length: 24 * HOUR, bucket: 'PT10M', millis: 10 * MINUTE },
  '7d': { length: 168 * HOUR, bucket: 'PT1H', millis: HOUR },
};

/**
 * The reads of the page, each as `{every, load(signal)}` with the milliseconds from an answer to the next call.
 *
 * @param admin true for the reads that only an admin may make
 */
export function overviewReads(api, app, { admin = false, now = Date.now } = {}) {
  const reads = {
    state: { every: 15_000, load: signal => api.getApp({ app }, { signal }) },
    waiting: { every: 5000, load: signal => api.countWaiting({ app }, { signal }) },
    failing: { every: 10_000, load: signal => readFailing(api, app, signal) },
    running: { every: 10_000, load: signal => api.listInstances({ app, state: 'RUNNING', limit: MOST_RUNNING }, { signal }) },
    fires: { every: 30_000, load: signal => readFires(api, app, now(), signal) },
    missed: {
      every: 30_000,
      load: async signal => (await api.listInstances({ app, state: 'SKIPPED', limit: 100 }, { signal })).items,
    },
    workers: { every: 10_000, load: signal => readAll(api.listWorkers, {}, { atMost: MOST_WORKERS, signal }) },
  };
  if (admin) {
    reads.cluster = { every: 10_000, load: signal => api.getCluster({}, { signal }) };
  }
  return reads;
}

/** The read of the ends over time. @param span a key of SPANS */
export function countsRead(api, app, span, { now = Date.now } = {}) {
  const { length, bucket, millis } = SPANS[span];
  return {
    every: 15_000,
    load: async signal => {
      const until = endOf(now(), millis);
      const from = until - length;
      const answer = await api.countEnds({ app, bucket, from: instant(from), until: instant(until) }, { signal });
      return { ...answer, from, until, millis };
    },
  };
}

export function instant(millis) {
  return new Date(millis).toISOString();
}

/** The end of the bucket that is open now. */
function endOf(now, millis) {
  return Math.ceil(now / millis) * millis;
}

async function readFires(api, app, from, signal) {
  const until = instant(endOf(from, MINUTE) + HOUR);
  const { items } = await api.listUpcomingFires({ app, until, limit: 500 }, { signal });
  const ofTheHour = items.filter(fire => Date.parse(fire.at) <= from + HOUR);
  return { from, items: ofTheHour, cut: ofTheHour.some(fire => fire.more) };
}

/**
 * The figures of the first jobs tell which of them fail, whatever else runs. In an app with more jobs, the newest
 * failures name further ones; those calls read a bounded number of rows, so a job may be missing while others run often.
 */
async function readFailing(api, app, signal) {
  const { items } = await api.getJobStatistics({ app, last: ENDS }, { signal });
  const figures = new Map(items.map(item => [item.job, oldestFirst(item)]));
  if (items.length >= MOST_JOBS) {
    const pages = await Promise.all(
      FAILURES.map(state => api.listInstances({ app, state, limit: MOST_FAILED }, { signal })),
    );
    const names = new Set(pages.flatMap(page => page.items).map(instance => instance.job));
    const others = [...names].filter(name => !figures.has(name)).slice(0, MOST_JOBS).sort();
    for (const [name, item] of await loadStatistics(api, app, others, { last: ENDS, signal })) {
      figures.set(name, item);
    }
  }
  const jobs = [...figures.values()]
    .filter(item => item.failingSince)
    .map(item => ({ ...item, last: item.ends.findLast(end => FAILURES.includes(end.state)) ?? item.ends.at(-1) }))
    .sort((one, other) => (one.failingSince < other.failingSince ? 1 : -1));
  return { jobs };
}
