// Jobs of an app: trigger in words, next fire, last ends, and what to do with many of them.

import { html, nothing } from '../lit.js';
import { api, callOf, readAll } from '../api.js';
import { squares } from '../charts.js';
import { number, t } from '../i18n.js';
import { enableJobs, pauseJobs, resumeJobs, runJobsNow } from '../job-actions.js';
import { attentionOf, filterJobs, loadStatistics, nextSort, readSort, sortJobs } from '../job-statistics.js';
import { to } from '../router.js';
import { may } from '../session.js';
import { formatMillis } from '../time.js';
import { triggerWords } from '../trigger-words.js';
import { pauseFacts } from '../components/pause.js';
import { Choice, choiceBar, table } from '../components/table.js';
import { icon } from '../components/icons.js';
import { badge, button, empty, linkButton, notAvailable, pageHead, problemBox, sameBy, segments, time } from '../components/ui.js';

const MOST_JOBS = 5000;
const STEP = 100;
/** With up to this many jobs the figures of all are read, so that a sort by them is complete. */
const FIGURES_OF_ALL = 300;
const SORTS = ['name', 'next', 'success', 'duration'];
const STATES = ['', 'failing', 'paused', 'disabled'];

export function page(ctx) {
  const { app } = ctx;
  let most = STEP;
  const choice = new Choice(ctx.update);
  const jobs = ctx.poll(signal => readAll(api.listJobs, { app }, { atMost: MOST_JOBS, signal }), {
    every: 10_000,
    onChange: poll => {
      choice.keep((poll.data?.items ?? []).map(job => job.name));
      // The first list names the jobs whose figures are read.
      if (figures.data?.size === 0 && poll.data?.items.length > 0) {
        figures.refresh();
      }
    },
  });
  const figures = ctx.poll(async signal => loadStatistics(api, app, namesWanted(), { signal }), { every: 15_000 });

  function sort() {
    return readSort(ctx.query.get('sort'), SORTS, { key: 'name', down: false });
  }

  function found() {
    const filter = { query: ctx.query.get('q') ?? '', state: ctx.query.get('state') ?? '' };
    return sortJobs(filterJobs(jobs.data.items, filter, figures.data), sort(), figures.data);
  }

  function namesWanted() {
    if (!jobs.data) {
      return [];
    }
    const all = jobs.data.items;
    return (all.length <= FIGURES_OF_ALL ? all : found().slice(0, most)).map(job => job.name);
  }

  async function done(action) {
    if (await action) {
      choice.clear();
      jobs.refresh();
      figures.refresh();
    }
  }

  function actions() {
    const names = choice.ids;
    const one = (key, name, act) => button({ label: t(`jobs.do.${key}`), icon: name, needs: 'operator', onClick: () => done(act()) });
    return html`<div class="buttons">
      ${one('run', 'play', () => runJobsNow(app, names))} ${one('pause', 'pause', () => pauseJobs(app, names))}
      ${one('resume', 'play', () => resumeJobs(app, names))} ${one('enable', 'check', () => enableJobs(app, names, true))}
      ${one('disable', 'off', () => enableJobs(app, names, false))}
    </div>`;
  }

  function columns() {
    const of = job => figures.data?.get(job.name);
    return [
      { key: 'name', title: t('jobs.name'), sort: true, kind: 'grow', cell: job => html`<span title=${job.name}>${job.name}</span>` },
      { key: 'state', title: t('jobs.state'), kind: 'nowrap', cell: job => stateCell(job, of(job)) },
      {
        key: 'trigger',
        title: t('jobs.trigger'),
        kind: 'cut-cell narrow-hide',
        cell: job => html`<span title=${triggerWords(job.trigger)}>${triggerWords(job.trigger)}</span>`,
      },
      { key: 'next', title: t('jobs.next'), sort: true, end: true, kind: 'nowrap', cell: nextFire },
      {
        key: 'last',
        title: t('jobs.last'),
        kind: 'nowrap narrow-hide',
        cell: job => squares(of(job)?.ends ?? [], { small: true, href: end => to.run(app, end.id) }),
      },
      {
        key: 'success',
        title: t('jobs.success'),
        sort: true,
        end: true,
        kind: 'nowrap narrow-hide',
        cell: job => (of(job)?.successRate === undefined ? html`<span class="none">–</span>` : percent(of(job).successRate)),
      },
      { key: 'duration', title: t('jobs.duration'), sort: true, end: true, kind: 'nowrap xl-only', cell: job => durations(of(job)) },
      {
        key: 'do',
        label: t('jobs.actions'),
        kind: 'actions wide-only',
        cell: job =>
          button({ label: t('jobs.runOne', { job: job.name }), icon: 'play', kind: 'quiet', hidden: true, needs: 'operator', onClick: () => done(runJobsNow(app, [job.name])) }),
      },
    ];
  }

  function list() {
    if (!jobs.data) {
      return table({ label: t('nav.jobs'), columns: columns() });
    }
    const rows = found();
    return html`${table({
      label: t('nav.jobs'),
      columns: columns(),
      rows: rows.slice(0, most),
      key: job => job.name,
      href: job => to.job(app, job.name),
      sort: sort(),
      onSort: key => ctx.setQuery({ sort: nextSort(sort(), key) }),
      choice: may('operator') ? choice : undefined,
      empty: jobs.data.items.length === 0 ? firstJob() : empty({ title: t('jobs.noMatch'), action: button({ label: t('jobs.clear'), onClick: () => ctx.setQuery({ q: null, state: null }) }) }),
    })}
    ${rows.length > most
      ? html`<div class="buttons">
          ${button({
            label: t('jobs.more', { n: rows.length - most }),
            onClick: () => {
              most += STEP;
              figures.refresh();
              ctx.update();
            },
          })}
        </div>`
      : nothing}
    ${jobs.data.next ? html`<p class="muted">${t('jobs.cut', { n: MOST_JOBS })}</p>` : nothing}`;
  }

  return {
    title: () => ({ name: t('nav.jobs'), state: failingCount() > 0 ? 'FAILING' : undefined }),
    queryChanged: () => {
      if ((jobs.data?.items.length ?? 0) > FIGURES_OF_ALL) {
        figures.refresh();
      }
    },
    view: () => html`<div class="page">
      ${pageHead({
        title: t('nav.jobs'),
        facts: jobs.data ? t('jobs.count', { n: jobs.data.items.length }) : nothing,
        actions: may('operator')
          ? linkButton({ label: t('jobs.new'), icon: 'plus', kind: 'primary', href: to.newJob(app) })
          : button({ label: t('jobs.new'), icon: 'plus', needs: 'operator' }),
      })}
      ${problemBox(jobs.problem, { retry: () => jobs.refresh() })}
      ${figures.problem && !figures.notAvailable ? problemBox(figures.problem) : nothing}
      ${filters()} ${list()} ${choiceBar(choice, actions())} ${figures.notAvailable ? notAvailable() : nothing}
      ${sameBy({ api: [callOf('listJobs', { app }), callOf('getJobStatistics', { app, job: 'JOB', last: 20 })], cli: `orrery jobs --app ${app}` })}
    </div>`,
  };

  function failingCount() {
    return [...(figures.data?.values() ?? [])].filter(one => one.failingSince).length;
  }

  function filters() {
    return html`<div class="filters" role="search">
      <label class="search-field"
        >${icon('search')}<span class="visually-hidden">${t('jobs.find')}</span
        ><input type="search" placeholder=${t('jobs.find')} .value=${ctx.query.get('q') ?? ''}
          @input=${event => ctx.setQuery({ q: event.target.value })} /></label>
      ${segments({
        label: t('jobs.state'),
        name: 'job-state',
        items: STATES.map(key => ({ key, label: t(`jobs.filter.${key || 'all'}`) })),
        selected: ctx.query.get('state') ?? '',
        onSelect: key => ctx.setQuery({ state: key }, { push: true }),
      })}
    </div>`;
  }
}

function stateCell(job, figures) {
  const state = attentionOf(job, figures);
  if (state === null) {
    return html`<span class="muted narrow-hide">${job.trigger ? t('jobs.enabled') : t('jobs.onRequest')}</span>`;
  }
  const note = state === 'PAUSED' ? pauseFacts(job.status.pause) : state === 'FAILING' ? figures.lastError : undefined;
  return badge(state, note);
}

function nextFire(job) {
  const asleep = job.status?.paused || job.enabled === false;
  return asleep ? html`<span class="none">–</span>` : time(job.status?.nextFireTime, { ahead: true });
}

function durations(figures) {
  return figures?.runMillisP50 === undefined
    ? html`<span class="none">–</span>`
    : html`${formatMillis(figures.runMillisP50)} <span class="muted">/ ${formatMillis(figures.runMillisP95)}</span>`;
}

function percent(rate) {
  // 99.96 % must not look like all of them.
  const text = rate === 1 ? '100' : number(Math.floor(rate * 1000) / 10);
  return html`${text} %`;
}

function firstJob() {
  return empty({ title: t('jobs.none'), text: t('jobs.noneText'), command: 'orrery apply -f jobs.yaml' });
}
