// Overview of an app: what fails, what waits and why, what fires next; then the ends over time and the workers.

import { html, nothing } from '../lit.js';
import { api, callOf } from '../api.js';
import { stackedBars } from '../charts.js';
import { t } from '../i18n.js';
import { loadStatistics } from '../job-statistics.js';
import { to } from '../router.js';
import { may } from '../session.js';
import { formatMillis } from '../time.js';
import { attempt } from '../components/dialog.js';
import { pauseText } from '../components/pause.js';
import { failingJobs, missedFires, nextFires, replicaBanners, waitingReasons, workerBanners, workersBox } from '../components/overview-parts.js';
import { END_STATES, banner, button, notAvailable, pageHead, problemBox, sameBy, section, segments, skeleton } from '../components/ui.js';

const HOUR = 3_600_000;
const SPANS = {
  '1h': { length: HOUR, bucket: 'PT1M', millis: 60_000 },
  '24h': { length: 24 * HOUR, bucket: 'PT10M', millis: 600_000 },
  '7d': { length: 168 * HOUR, bucket: 'PT1H', millis: HOUR },
};
const MOST_FAILED = 100;

export function page(ctx) {
  const { app } = ctx;
  const state = ctx.poll(signal => api.getApp({ app }, { signal }), { every: 15_000 });
  const waiting = ctx.poll(signal => api.countWaiting({ app }, { signal }), { every: 5000 });
  const failing = ctx.poll(signal => readFailing(app, signal), { every: 10_000 });
  const fires = ctx.poll(
    async signal => {
      const from = Date.now();
      const { items } = await api.listUpcomingFires({ app, until: new Date(from + HOUR).toISOString(), limit: 500 }, { signal });
      return { from, items, cut: items.some(fire => fire.more) };
    },
    { every: 30_000 },
  );
  const missed = ctx.poll(async signal => (await api.listInstances({ app, state: 'SKIPPED', limit: 100 }, { signal })).items, { every: 30_000 });
  const workers = ctx.poll(signal => api.listWorkers({ limit: 500 }, { signal }), { every: 10_000 });
  const cluster = may('admin') ? ctx.poll(signal => api.getCluster({}, { signal }), { every: 10_000 }) : null;
  let counts = pollCounts();

  function span() {
    const wanted = ctx.query.get('span');
    return SPANS[wanted] ? wanted : '1h';
  }

  function pollCounts() {
    const { length, bucket, millis } = SPANS[span()];
    return ctx.poll(
      async signal => {
        const until = Math.ceil(Date.now() / millis) * millis;
        const from = until - length;
        const answer = await api.countEnds({ app, bucket, from: instant(from), until: instant(until) }, { signal });
        return { ...answer, from, until, millis };
      },
      { every: 15_000 },
    );
  }

  function setSpan(key) {
    ctx.setQuery({ span: key });
    const before = counts;
    counts = pollCounts();
    ctx.drop(before);
  }

  function resume() {
    return attempt(() => api.resumeApp({ app }), { done: t('app.resumed', { app }) }).then(() => state.refresh());
  }

  return {
    title: () => ({ state: failing.data?.jobs.length > 0 ? 'FAILING' : undefined, name: t('nav.overview') }),
    view: () => (state.problem ? noApp() : overview()),
  };

  /** Without the app each box would show the same problem. */
  function noApp() {
    return html`<div class="page">${pageHead({ title: t('nav.overview') })} ${problemBox(state.problem, { retry: () => state.refresh() })}</div>`;
  }

  function overview() {
    return html`<div class="page">
      ${pageHead({ title: t('nav.overview'), facts: state.data?.description || nothing })}
      ${state.data?.paused
        ? banner('PAUSED', pauseText(app, state.data), button({ label: t('app.resume'), needs: 'operator', onClick: resume }))
        : nothing}
      ${replicaBanners(cluster?.data)} ${workerBanners(app, workers.data)}
      <div class="grid">
        ${section({ kind: 'two-thirds', title: t('overview.failing'), content: failingJobs(app, failing) })}
        ${section({ kind: 'third', title: t('overview.waiting'), content: waitingReasons(app, waiting) })}
        ${section({
          kind: 'two-thirds',
          title: t('overview.ends'),
          actions: segments({ label: t('overview.span'), name: 'span', items: Object.keys(SPANS).map(key => ({ key, label: t(`span.${key}`) })), selected: span(), onSelect: setSpan }),
          content: endsOverTime(app, counts),
        })}
        ${section({ kind: 'third', title: t('overview.next'), content: nextFires(app, fires) })}
        ${section({ kind: 'two-thirds', title: t('overview.missed'), content: missedFires(app, missed) })}
        ${section({ kind: 'third', title: t('nav.workers'), content: workersBox(app, workers) })}
      </div>
      ${sameBy({
        api: [callOf('countEnds', { app, bucket: SPANS[span()].bucket }), callOf('countWaiting', { app }), callOf('listUpcomingFires', { app }), callOf('listWorkers')],
        cli: [`orrery ps --app ${app} --state FAILED`, `orrery status`],
      })}
    </div>`;
  }
}

/** Failing jobs are among those with a recent failure: two bounded calls find them, one more has their figures. */
async function readFailing(app, signal) {
  const pages = await Promise.all(
    ['FAILED', 'TIMED_OUT'].map(state => api.listInstances({ app, state, limit: MOST_FAILED }, { signal })),
  );
  const lastFailure = new Map();
  for (const instance of pages.flatMap(page => page.items)) {
    const known = lastFailure.get(instance.job);
    if (!known || instance.endedAt > known.endedAt) {
      lastFailure.set(instance.job, instance);
    }
  }
  const names = [...lastFailure.keys()].slice(0, MOST_FAILED);
  if (names.length === 0) {
    return { jobs: [] };
  }
  const figures = await loadStatistics(api, app, names, { signal });
  const jobs = names
    .filter(name => figures.get(name)?.failingSince)
    .map(name => ({ ...figures.get(name), last: lastFailure.get(name) }))
    .sort((one, other) => (one.failingSince < other.failingSince ? 1 : -1));
  return { jobs };
}

function endsOverTime(app, counts) {
  if (counts.notAvailable) {
    return notAvailable();
  }
  if (counts.problem) {
    return problemBox(counts.problem);
  }
  if (!counts.data) {
    return skeleton(1, 'chart');
  }
  const { items, from, until, millis, lateness } = counts.data;
  return html`${stackedBars(items, {
    from,
    until,
    millis,
    states: END_STATES,
    label: t('overview.ends'),
    href: (start, end) => to.runs(app, { from: instant(start), until: instant(end) }),
  })}
  ${lateness
    ? html`<p class="small muted">
        ${t('overview.lateness')} <span class="numbers">p50 ${formatMillis(lateness.p50Millis)} · p99 ${formatMillis(lateness.p99Millis)}</span>
      </p>`
    : nothing}`;
}

function instant(millis) {
  return new Date(millis).toISOString();
}
