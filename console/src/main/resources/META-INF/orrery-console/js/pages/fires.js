// The next fires over all jobs of an app: the next 24 hours, counted by hour.

import { html, nothing } from '../lit.js';
import { api, callOf } from '../api.js';
import { meter } from '../charts.js';
import { counted, number, t } from '../i18n.js';
import { to } from '../router.js';
import { exact, formatClock } from '../time.js';
import { table } from '../components/table.js';
import { notAvailable, pageHead, problemBox, sameBy } from '../components/ui.js';

const HOURS = 24;
const HOUR = 3_600_000;
const SHOWN_JOBS = 8;

export function page(ctx) {
  const { app } = ctx;
  const poll = ctx.poll(signal => api.countUpcomingFires({ app }, { signal }), { every: 60_000 });

  return {
    title: () => ({ name: t('nav.fires') }),
    view: () => html`<div class="page">
      ${pageHead({ title: t('nav.fires'), facts: facts(poll.data) })}
      ${poll.notAvailable ? notAvailable() : poll.problem ? problemBox(poll.problem, { retry: () => poll.refresh() }) : hours(app, poll.data)}
      ${sameBy({ api: callOf('countUpcomingFires', { app }), cli: `orrery next -a ${app}` })}
    </div>`,
  };
}

function facts(data) {
  if (!data) {
    return nothing;
  }
  const fires = data.items.reduce((sum, hour) => sum + hour.fires, 0);
  return html`<span>${t('fires.day.count', { n: fires, count: counted(fires, data.more) })}</span>
    ${data.items.length < HOURS ? html`<span class="state-TIMED_OUT">${t('fires.day.cut', { time: exact(data.until) })}</span>` : nothing}
    ${data.items.some(hour => hour.first.some(job => job.more)) ? html`<span>${t('fires.day.often')}</span>` : nothing}`;
}

function hours(app, data) {
  const most = Math.max(1, ...(data?.items.map(hour => hour.fires) ?? []));
  return table({
    label: t('nav.fires'),
    rows: data?.items,
    key: hour => hour.at,
    kind: 'stacked',
    skeletonRows: HOURS,
    columns: [
      { key: 'hour', title: t('fires.day.hour'), kind: 'nowrap', cell: hour => html`<time datetime=${hour.at} title=${exact(hour.at)}>${formatClock(hour.at)} – ${formatClock(Date.parse(hour.at) + HOUR)}</time>` },
      {
        key: 'fires',
        title: t('overview.fireCount'),
        end: true,
        kind: 'nowrap',
        cell: hour => (hour.fires === 0 && !hour.more ? html`<span class="none">–</span>` : counted(hour.fires, hour.more)),
      },
      { key: 'bar', label: t('overview.fireCount'), kind: 'meter-cell narrow-hide', cell: hour => meter(hour.fires, most, { label: counted(hour.fires, hour.more) }) },
      { key: 'jobs', title: t('nav.jobs'), kind: 'grow', cell: hour => jobs(app, hour) },
    ],
  });
}

/** The jobs that fire least often, and how many more fire. */
function jobs(app, { first, jobs }) {
  const shown = first.slice(0, SHOWN_JOBS);
  const others = jobs - shown.length;
  return html`<span class="fire-jobs">
    ${shown.map(
      job => html`<span
        ><a href=${to.job(app, job.job)}>${job.job}</a>
        <span class="muted numbers">${job.fires === 1 ? html`<time datetime=${job.at} title=${exact(job.at)}>${formatClock(job.at)}</time>` : `× ${counted(job.fires, job.more)}`}</span></span
      >`,
    )}
    ${others > 0 ? html`<span class="muted">${t('fires.day.others', { n: others, count: number(others) })}</span>` : nothing}
  </span>`;
}
