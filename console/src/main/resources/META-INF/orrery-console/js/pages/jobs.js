// Jobs of an app: trigger in words, next fire, last ends, and what to do with many of them.

import { html, nothing } from '../lit.js';
import { api, callOf } from '../api.js';
import { squares } from '../charts.js';
import { number, t } from '../i18n.js';
import { enableJobs, pauseJobs, resumeJobs, runJobsNow } from '../job-actions.js';
import { PageTrail, STATES, fromApi, hasBadLabel, hasMistake, jobsCommand, sortOf, toApi, unknownOf } from '../job-list.js';
import { attentionOf, nextSort, overdueWords } from '../job-statistics.js';
import { to } from '../router.js';
import { may } from '../session.js';
import { formatMillis } from '../time.js';
import { triggerWords } from '../trigger-words.js';
import { pauseFacts } from '../components/pause.js';
import { Choice, choiceBar, table } from '../components/table.js';
import { icon } from '../components/icons.js';
import { badge, button, empty, firstJob, linkButton, pageHead, problemBox, sameBy, segments, sizeOf, time } from '../components/ui.js';

const TYPING_MILLIS = 250;
const SHOWN_ENDS = 12;

export function page(ctx) {
  const { app } = ctx;
  const choice = new Choice(ctx.update);
  const trail = new PageTrail();
  let typing = null;
  const jobs = ctx.poll(read, { every: 15_000 });

  async function read(signal) {
    const args = wanted();
    return { ...fromApi(await api.listJobs(args, { signal })), call: callOf('listJobs', args) };
  }

  function wanted() {
    return { app, after: trail.after, ...toApi(ctx.query) };
  }

  /** The answer to the address as it is now: an older one has other jobs. */
  function shown() {
    return jobs.data?.call === callOf('listJobs', wanted()) ? jobs.data : undefined;
  }

  function turn(change) {
    change();
    jobs.refresh();
    ctx.update();
    scrollTo(0, 0);
  }

  async function done(action) {
    if (await action) {
      choice.clear();
      jobs.refresh();
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
    const figures = shown()?.figures;
    const of = job => figures?.get(job.name);
    return [
      { key: 'name', title: t('jobs.name'), sort: true, kind: 'grow', cell: job => html`<span title=${job.name}>${job.name}</span>` },
      { key: 'state', title: t('jobs.state'), sort: true, cell: job => stateCell(job, of(job)) },
      {
        key: 'trigger',
        title: t('jobs.trigger'),
        kind: 'cut-cell trigger-cell narrow-hide',
        cell: job => html`<span title=${triggerWords(job.trigger)}>${triggerWords(job.trigger)}</span>`,
      },
      { key: 'next', title: t('jobs.next'), sort: true, end: true, kind: 'nowrap', cell: nextFire },
      {
        key: 'last',
        title: t('jobs.last'),
        kind: 'nowrap narrow-hide',
        cell: job => squares((of(job)?.ends ?? []).slice(-SHOWN_ENDS), { size: SHOWN_ENDS, small: true, href: end => to.run(app, end.id) }),
      },
      {
        key: 'success',
        title: t('jobs.success'),
        sort: true,
        end: true,
        kind: 'nowrap narrow-hide',
        cell: job => (of(job)?.successRate === undefined ? html`<span class="none">–</span>` : percent(of(job).successRate)),
      },
      { key: 'duration', title: t('jobs.duration'), sort: true, end: true, kind: 'nowrap widest-only', cell: job => durations(of(job)) },
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
    if (hasMistake(ctx.query)) {
      const unknown = unknownOf(ctx.query);
      return empty({ title: t('filter.mistake'), text: unknown ? t('filter.unknown', { values: unknown }) : t('filter.mistakeText') });
    }
    const page = shown();
    if (!page) {
      return jobs.problem ? nothing : table({ label: t('nav.jobs'), columns: columns() });
    }
    const sort = sortOf(ctx.query);
    return html`${table({
      label: t('nav.jobs'),
      columns: columns(),
      rows: page.items,
      key: job => job.name,
      href: job => to.job(app, job.name),
      sort,
      onSort: key => ctx.setQuery({ sort: nextSort(sort, key) }),
      choice: may('operator') ? choice : undefined,
      empty: isFiltered() ? noMatch() : firstJob(t('jobs.none')),
    })}
    ${pager(page)}`;
  }

  function isFiltered() {
    return (ctx.query.get('q') ?? '') !== '' || (ctx.query.get('label') ?? '') !== '' || (ctx.query.get('state') ?? '') !== '';
  }

  function noMatch() {
    return empty({ title: t('jobs.noMatch'), action: button({ label: t('jobs.clear'), onClick: () => ctx.setQuery({ q: null, label: null, state: null }) }) });
  }

  function pager(page) {
    return trail.isFirst && !page.next
      ? nothing
      : html`<div class="list-end">
          <span class="muted small numbers">${t('jobs.range', { from: number(trail.before + 1), to: number(trail.before + page.items.length), total: number(page.total) })}</span>
          ${button({ label: t('jobs.previous'), off: trail.isFirst ? t('jobs.isFirst') : undefined, onClick: () => turn(() => trail.back()) })}
          ${button({ label: t('jobs.nextPage'), off: page.next ? undefined : t('jobs.isLast'), onClick: () => turn(() => trail.next(page)) })}
        </div>`;
  }

  return {
    title: () => ({ name: t('nav.jobs'), state: isFailing() ? 'FAILING' : undefined }),
    queryChanged: () => {
      trail.restart();
      jobs.refresh();
      ctx.update();
    },
    close: () => clearTimeout(typing),
    view: () => html`<div class="page">
      ${pageHead({
        title: t('nav.jobs'),
        facts: shown() && !hasMistake(ctx.query) ? t(isFiltered() ? 'jobs.found' : 'jobs.count', { n: shown().total }) : '',
        actions: may('operator')
          ? linkButton({ label: t('jobs.new'), icon: 'plus', kind: 'primary', href: to.newJob(app) })
          : button({ label: t('jobs.new'), icon: 'plus', needs: 'operator' }),
      })}
      ${problemBox(jobs.problem, { retry: () => jobs.refresh() })}
      ${filters()} ${list()} ${choiceBar(choice, actions())}
      ${hasMistake(ctx.query) ? nothing : sameBy({ api: callOf('listJobs', wanted()), cli: jobsCommand(app, ctx.query.get('label') ?? '') })}
    </div>`,
  };

  function isFailing() {
    return [...(shown()?.figures.values() ?? [])].some(one => one.failingSince);
  }

  function find(name, text) {
    clearTimeout(typing);
    typing = setTimeout(() => ctx.setQuery({ [name]: text.trim() }), TYPING_MILLIS);
  }

  function labelField() {
    const label = ctx.query.get('label') ?? '';
    const wrong = hasBadLabel(ctx.query);
    return html`<span class="filter-text">
      <input type="search" name="label" placeholder=${t('runs.filter.label')} size=${sizeOf(t('runs.filter.label'))} aria-label=${t('runs.filter.label')} autocomplete="off" spellcheck="false" .value=${label}
        aria-invalid=${wrong ? 'true' : nothing} aria-describedby=${wrong ? 'mistake-label' : nothing}
        @input=${event => find('label', event.target.value)} />
      ${wrong ? html`<span class="field-error" id="mistake-label">${t('runs.filter.badLabel')}</span>` : nothing}
    </span>`;
  }

  function filters() {
    return html`<div class="filters" role="search">
      <label class="search-field"
        >${icon('search')}<span class="visually-hidden">${t('jobs.find')}</span
        ><input type="search" placeholder=${t('jobs.find')} .value=${ctx.query.get('q') ?? ''}
          @input=${event => find('q', event.target.value)} /></label>
      ${labelField()}
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
  const states = [attentionOf(job, figures), figures?.failingSince && 'FAILING', job.status?.overdueSince && 'OVERDUE'];
  const shown = [...new Set(states)].filter(Boolean);
  if (shown.length === 0) {
    return html`<span class="visually-hidden">${t('jobs.enabled')}</span>`;
  }
  const notes = { PAUSED: () => pauseFacts(job.status.pause), FAILING: () => figures.lastError, OVERDUE: () => overdueWords(job) };
  return html`<span class="badges">${shown.map(state => badge(state, notes[state]?.()))}</span>`;
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

