// Overview of an app: what fails, what waits and why, what fires next; then the ends over time and the workers.

import { html, nothing } from '../lit.js';
import { api, callOf } from '../api.js';
import { stackedBars } from '../charts.js';
import { t } from '../i18n.js';
import { SPANS, countsRead, instant, overviewReads } from '../overview-reads.js';
import { to } from '../router.js';
import { may } from '../session.js';
import { formatMillis } from '../time.js';
import { attempt } from '../components/dialog.js';
import { pauseText } from '../components/pause.js';
import { failingJobs, firstSteps, missedFires, nextFires, replicaBanners, waitingReasons, workerBanners, workersBox } from '../components/overview-parts.js';
import { runningNow } from '../components/running-now.js';
import { END_STATES } from '../states.js';
import { banner, button, notAvailable, pageHead, problemBox, sameBy, section, segments, skeleton } from '../components/ui.js';

export function page(ctx) {
  const { app } = ctx;
  const reads = overviewReads(api, app, { admin: may('admin') });
  const poll = ({ load, every }) => ctx.poll(load, { every });
  const state = poll(reads.state);
  const waiting = poll(reads.waiting);
  const failing = poll(reads.failing);
  const running = poll(reads.running);
  const fires = poll(reads.fires);
  const missed = poll(reads.missed);
  const workers = poll(reads.workers);
  const cluster = reads.cluster ? poll(reads.cluster) : null;
  let counts = pollCounts();

  function span() {
    const wanted = ctx.query.get('span');
    return SPANS[wanted] ? wanted : '1h';
  }

  function pollCounts() {
    return poll(countsRead(api, app, span()));
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
    title: () => ({ state: failing.data?.jobs.length > 0 || failing.data?.overdue.items.length > 0 ? 'FAILING' : undefined, name: t('nav.overview') }),
    view: () => (state.problem ? noApp() : overview()),
  };

  /** True if nothing ended in the time that the chart shows, runs, or fires within the hour, as in an app without jobs. */
  function isQuiet() {
    return [counts, running, fires].every(({ data }) => data?.items.length === 0);
  }

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
      ${replicaBanners(cluster?.data)} ${workerBanners(app, workers.data)} ${isQuiet() ? firstSteps(app) : nothing}
      <div class="grid">
        ${section({ kind: 'two-thirds', title: t('overview.failing'), content: failingJobs(app, failing) })}
        ${section({ kind: 'third', title: t('overview.waiting'), content: waitingReasons(app, waiting) })}
        ${runningNow(app, running)}
        ${section({
          kind: 'two-thirds',
          title: t('overview.ends'),
          actions: segments({ label: t('overview.span'), name: 'span', items: Object.keys(SPANS).map(key => ({ key, label: t(`overview.span.${key}`) })), selected: span(), onSelect: setSpan }),
          content: endsOverTime(app, counts),
        })}
        ${section({ kind: 'third', title: t('overview.next'), actions: html`<a href=${to.fires(app)}>${t('overview.nextDay')}</a>`, content: nextFires(app, fires) })}
        ${section({ kind: 'two-thirds', title: t('overview.missed'), content: missedFires(app, missed) })}
        ${section({ kind: 'third', title: t('nav.workers'), content: workersBox(app, workers) })}
      </div>
      ${sameBy({
        api: [callOf('countEnds', { app, bucket: SPANS[span()].bucket }), callOf('countWaiting', { app }), callOf('listUpcomingFires', { app }), callOf('listWorkers', { app })],
        cli: [`orrery ps --app ${app} --state FAILED`, `orrery status`],
      })}
    </div>`;
  }
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
