// The boxes of the overview.

import { html, nothing } from '../lit.js';
import { serverNow } from '../clock.js';
import { meter, squares, strip } from '../charts.js';
import { counted, number, parts, t } from '../i18n.js';
import { to } from '../router.js';
import { may } from '../session.js';
import { exact, formatClock } from '../time.js';
import { MOST_SKIPPED } from '../overview-reads.js';
import { summary } from '../worker-states.js';
import { icon } from './icons.js';
import { table } from './table.js';
import { badge, banner, commandLine, firstJob, linkButton, notAvailable, problemBox, skeleton, time } from './ui.js';
import { visible } from '../ansi.js';
import { waitingWord } from '../waiting-words.js';

const MOST_FIRES = 6;
const MOST_MISSED = 5;

/** A box that has its data, or says why not. */
function when(poll, lines, content) {
  if (poll.notAvailable) {
    return notAvailable();
  }
  if (poll.problem) {
    return problemBox(poll.problem, { retry: () => poll.refresh() });
  }
  return poll.data === undefined ? skeleton(lines) : content(poll.data);
}

function allWell(text) {
  return html`<p class="all-well">${icon('check')}${text}</p>`;
}

export function failingJobs(app, poll) {
  return when(poll, 3, ({ jobs, total, overdue }) => html`${overdueJobs(app, overdue)}
    ${jobs.length === 0
      ? allWell(t('overview.noneFailing'))
      : html`${table({
          label: t('overview.failing'),
          columns: [
            { key: 'job', title: t('jobs.name'), kind: 'cut-cell', cell: job => html`<span class="state-FAILING with-icon">${icon('warning')}<span class="cut" title=${job.job}>${job.job}</span></span>` },
            { key: 'since', title: t('overview.since'), kind: 'nowrap', end: true, cell: job => time(job.failingSince) },
            { key: 'error', title: t('overview.lastError'), kind: 'grow', cell: job => errors(app, job) },
            { key: 'ends', title: t('jobs.last'), kind: 'nowrap wide-only', cell: job => squares(job.ends.slice(-10), { size: 10, small: true, href: end => to.run(app, end.id) }) },
          ],
          rows: jobs,
          key: job => job.job,
          href: job => to.job(app, job.job),
        })}
        ${total > jobs.reduce((sum, job) => sum + 1 + job.nodes.length, 0) ? html`<p><a href=${to.jobs(app, { state: 'failing' })}>${t('overview.allFailing', { n: total })}</a></p>` : nothing}`}`,
  );
}

function overdueJobs(app, { items, total }) {
  return items.length === 0
    ? nothing
    : html`<p>${badge('OVERDUE')} ${items.map(({ name }) => html`<a href=${to.job(app, name)}>${name}</a> `)}
        ${total > items.length ? html`<a href=${to.jobs(app, { state: 'overdue' })}>${t('overview.allOverdue', { n: total })}</a>` : nothing}</p>`;
}

function errors(app, job) {
  return [job, ...job.nodes].map(one => {
    const text = one === job ? lastError(one) : `${one.job}: ${lastError(one)}`;
    return html`<a class="plain" href=${to.run(app, one.last.id)} title=${text}>${text}</a>`;
  });
}

function lastError(job) {
  return visible(job.lastError ?? '');
}

/** What waits, by reason, the oldest of each; counts that are estimates say so. */
export function waitingReasons(app, poll) {
  return when(poll, 3, ({ items, total, estimated }) =>
    items.length === 0
      ? allWell(t('overview.noneWaiting'))
      : html`${table({
          label: t('overview.waiting'),
          columns: [
            { key: 'why', title: t('overview.waitsFor'), kind: 'grow', cell: item => html`<span title=${waitingWord(item.waitingFor)}>${waitingWord(item.waitingFor)}</span>` },
            { key: 'count', title: t('overview.count'), end: true, kind: 'nowrap', cell: item => count(item) },
            {
              key: 'oldest',
              title: t('overview.oldest'),
              end: true,
              kind: 'nowrap',
              cell: item => (item.oldest ? html`<a class="plain" href=${to.run(app, item.oldest.id)} title=${item.oldest.job}>${time(item.oldest.since)}</a>` : html`<span class="none">–</span>`),
            },
          ],
          rows: items,
          key: item => item.waitingFor,
          href: item => to.runs(app, { state: 'WAITING', waiting: item.waitingFor }),
        })}
        <p class="small muted">${t('overview.waitingTotal', { n: total })}${estimated ? ` ${t('overview.estimated')}` : ''}</p>`,
  );
}

function count({ count: n, estimated }) {
  return estimated ? html`<span title=${t('overview.estimated')}>≈ ${number(n)}</span>` : number(n);
}

export function nextFires(app, poll) {
  return when(poll, 4, ({ from, items, cut }) => {
    if (items.length === 0) {
      return html`<p class="muted">${t('overview.noFires')}</p>`;
    }
    const until = from + 3_600_000;
    const points = items.map(fire => ({ at: Date.parse(fire.at), title: `${fire.job}, ${exact(fire.at)}`, href: to.job(app, fire.job) }));
    return html`${strip(points, { from, until, label: t('overview.fires', { n: items.length }) })}
      <ul class="fires">
        ${items
          .filter(fire => Date.parse(fire.at) >= serverNow() - 1000)
          .slice(0, MOST_FIRES)
          .map(fire => html`<li><time datetime=${fire.at} title=${exact(fire.at)}>${formatClock(fire.at, undefined, true)}</time>
            <a class="plain cut" title=${fire.job} href=${to.job(app, fire.job)}>${fire.job}</a></li>`)}
      </ul>
      ${cut ? html`<p class="small muted">${t('overview.firesCut')}</p>` : nothing}`;
  });
}

export function missedFires(app, poll) {
  return when(poll, 2, ({ items, next }) => {
    const missed = items.filter(instance => instance.endReason === 'MISSED');
    const cut = next ? html`<p class="small muted">${t('overview.missedCut', { n: MOST_SKIPPED })}</p>` : nothing;
    return missed.length === 0
      ? html`${next ? nothing : allWell(t('overview.noneMissed'))}${cut}`
      : html`${table({
          label: t('overview.missed'),
          columns: [
            { key: 'job', title: t('jobs.name'), kind: 'grow', cell: instance => html`<span title=${instance.job}>${instance.job}</span>` },
            { key: 'fires', title: t('overview.fireCount'), end: true, cell: instance => number(instance.skippedCount ?? 1) },
            { key: 'at', title: t('overview.missedAt'), end: true, kind: 'nowrap', cell: instance => time(instance.fireTime ?? instance.endedAt) },
          ],
          rows: missed.slice(0, MOST_MISSED),
          href: instance => to.run(app, instance.id),
        })}
        <p class="small muted">${t('overview.missedText')}</p>
        ${cut}`;
  });
}

export function workersBox(app, poll) {
  return when(poll, 3, data => {
    const workers = data.items.filter(worker => worker.app === app);
    const { states, held, capacity } = summary(workers, data.refused.filter(one => (one.app ?? app) === app));
    if (Object.values(states).every(n => n === 0)) {
      return html`<p class="muted">${t('workers.none', { app })}</p>`;
    }
    return html`<a class="plain" href=${to.workers(app)}>
        <ul class="worker-states">
          ${['CONNECTED', 'FULL', 'DRAINING', 'REFUSED']
            .filter(state => states[state] > 0 || state === 'CONNECTED')
            .map(state => html`<li>${badge(state)} <b class="numbers">${counted(states[state], data.next && state !== 'REFUSED')}</b></li>`)}
        </ul>
      </a>
      ${capacity > 0
        ? html`${meter(held, capacity, { label: t('workers.used', { held, capacity }), kind: held >= capacity ? 'full' : '' })}
            <p class="small muted">${t('workers.used', { held, capacity })}</p>`
        : nothing}`;
  });
}

export function firstSteps(app) {
  const action = may('operator') ? linkButton({ label: t('jobs.new'), icon: 'plus', href: to.newJob(app) }) : nothing;
  return firstJob(t('overview.quiet'), action);
}

/** One banner for each replica that is not ready, with the codes of the reasons. */
export function replicaBanners(cluster, action = linkButton({ label: t('nav.cluster'), href: to.cluster() })) {
  return (cluster?.items ?? [])
    .filter(replica => !replica.ready)
    .map(replica =>
      banner(
        'NOT_READY',
        html`<p>${parts('overview.notReady', { replica: html`<code>${replica.address ?? replica.id}</code>` })}</p>
          <p>${replica.unready.map(code => html`<code>${code}</code> `)}${replica.unready.includes('LACKS_PROTOCOL') ? t('overview.lacksProtocol') : nothing}
            ${replica.unready.includes('LACKS_DIALECT') ? t('overview.lacksDialect') : nothing}</p>`,
        action,
      ),
    );
}

/** Refused workers with the setting to change, and an app without workers. */
export function workerBanners(app, data) {
  if (!data) {
    return nothing;
  }
  const refused = data.refused.filter(one => (one.app ?? app) === app);
  const none = data.items.every(worker => worker.app !== app);
  return html`${refused.slice(0, 3).map(one => refusedBanner(one))}
    ${refused.length > 3 ? banner('REFUSED', t('workers.moreRefused', { n: refused.length - 3 }), linkButton({ label: t('nav.workers'), href: to.workers(app) })) : nothing}
    ${none && refused.length === 0
      ? banner('NOT_READY', html`<p>${t('workers.noneBanner', { app })}</p>${commandLine(`orrery token create --app ${app} --role worker`)}`)
      : nothing}`;
}

function refusedBanner(refused) {
  return banner(
    'REFUSED',
    html`<p>${parts('workers.refusedBanner', { worker: html`<b>${visible(refused.worker ?? refused.address ?? '?')}</b>` })} ${visible(refused.detail)} <code>${refused.code}</code></p>
      ${refused.settingToChange ? html`<p>${t('problem.setting')} <code>${refused.settingToChange}</code></p>` : nothing}`,
  );
}
