// What the overview of an app reads, and how often. All consoles of a minute make the same calls, so that they share answers.

import { readAll } from './api.js';
import { serverNow } from './clock.js';
import { nodesOf } from './flow-nodes.js';
import { fromApi } from './job-list.js';
import { FAILURES } from './states.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The failing jobs that the page has room for. */
const MOST_FAILING = 8;
const ENDS = 20;
const MOST_WORKERS = 500;
const MOST_RUNNING = 20;
export const MOST_SKIPPED = 100;

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
export function overviewReads(api, app, { admin = false, now = serverNow } = {}) {
  const reads = {
    state: { every: 15_000, load: signal => api.getApp({ app }, { signal }) },
    waiting: { every: 5000, load: signal => api.countWaiting({ app }, { signal }) },
    failing: { every: 15_000, load: signal => readFailing(api, app, signal) },
    running: { every: 10_000, load: signal => api.listInstances({ app, state: 'RUNNING', limit: MOST_RUNNING }, { signal }) },
    fires: { every: 30_000, load: signal => readFires(api, app, now(), signal) },
    missed: {
      every: 30_000,
      load: signal => api.listInstances({ app, state: 'SKIPPED', limit: MOST_SKIPPED }, { signal }),
    },
    workers: { every: 10_000, load: signal => readAll(api.listWorkers, { app }, { atMost: MOST_WORKERS, signal }) },
  };
  if (admin) {
    reads.cluster = { every: 10_000, load: signal => api.getCluster({}, { signal }) };
  }
  return reads;
}

/** The read of the ends over time. @param span a key of SPANS */
export function countsRead(api, app, span, { now = serverNow } = {}) {
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

/** The jobs that began to fail last, with their last failure, the number of all that fail, and those that are overdue. */
async function readFailing(api, app, signal) {
  const query = { filter: 'FAILING', sort: '-failingSince', limit: MOST_FAILING, ends: ENDS };
  const [failing, overdue] = await Promise.all([api.listJobs({ app, ...query }, { signal }), api.listJobs({ app, filter: 'OVERDUE', limit: MOST_FAILING }, { signal })]);
  const { items, figures, total } = fromApi(failing);
  const jobs = items
    .map(job => figures.get(job.name))
    // A job that has succeeded meanwhile.
    .filter(item => item.failingSince)
    .map(item => ({ ...item, last: item.ends.findLast(end => FAILURES.includes(end.state)) ?? item.ends.at(-1) }));
  return { jobs: nodesInFlows(jobs, new Map(items.map(job => [job.name, job]))), total, overdue };
}

/** A failing flow is one row with its nodes that failed during its last failure, in `nodes`. */
function nodesInFlows(jobs, documents) {
  const flowOf = new Map();
  const outermost = job => (flowOf.has(job) ? outermost(flowOf.get(job)) : job);
  for (const flow of jobs) {
    const names = new Set((nodesOf(documents.get(flow.job)) ?? []).map(node => node.job));
    jobs
      // Not a flow that this one is in: two may name each other.
      .filter(job => names.has(job.job) && isDuring(job.last, flow.last) && outermost(flow) !== job)
      .forEach(job => flowOf.set(job, flow));
  }
  return jobs.filter(job => !flowOf.has(job)).map(job => ({ ...job, nodes: jobs.filter(one => one !== job && outermost(one) === job) }));
}

function isDuring(end, run) {
  const until = Date.parse(run.endedAt);
  const at = Date.parse(end.endedAt);
  return run.runMillis != null && at <= until && at >= until - run.runMillis;
}
