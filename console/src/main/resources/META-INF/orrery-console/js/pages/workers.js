// Workers of an app: connected ones, refused ones with the setting to change, and lanes that no worker serves.

import { html, nothing } from '../lit.js';
import { api, callOf, readAll } from '../api.js';
import { meter } from '../charts.js';
import { counted, number, t } from '../i18n.js';
import { to } from '../router.js';
import { may } from '../session.js';
import { formatDuration } from '../time.js';
import { filterWorkers, summary, unservedLanes, workerState } from '../worker-states.js';
import { icon } from '../components/icons.js';
import { table } from '../components/table.js';
import { badge, empty, pageHead, pills, problemBox, sameBy, section, segments, time } from '../components/ui.js';
import { visible } from '../ansi.js';

const MOST_WAITING = 500;
const MOST_WORKERS = 500;
const UNSERVED = ['NO_WORKER', 'NO_MATCHING_WORKER'];
const POWERJOB = 'powerjob';

export function page(ctx) {
  const { app } = ctx;
  /** An admin sees the workers of all apps on request. */
  function all() {
    return may('admin') && ctx.query.get('apps') === 'all';
  }

  let whose = all();
  const workers = ctx.poll(signal => readAll(api.listWorkers, { app: all() ? undefined : app }, { atMost: MOST_WORKERS, signal }), { every: 5000 });
  const waiting = ctx.poll(signal => readUnserved(app, signal), { every: 15_000 });
  /** One worker, because each page has all refusals: those of no app are only in the list of all apps. */
  const refusals = may('admin') ? ctx.poll(signal => api.listWorkers({ limit: 1 }, { signal }), { every: 15_000 }) : null;

  function queryChanged() {
    if (whose !== all()) {
      whose = all();
      workers.refresh();
    }
  }

  function ofNoApp() {
    return all() ? [] : (refusals?.data?.refused ?? []).filter(one => !one.app && one.requestedApp !== app);
  }

  function ofApp(items) {
    return all() ? items : items.filter(one => (one.app ?? app) === app);
  }

  return {
    queryChanged,
    title: () => ({ state: ofApp(workers.data?.refused ?? []).length > 0 ? 'REFUSED' : undefined, name: t('nav.workers') }),
    view: () => {
      const here = workers.data && ofApp(workers.data.items);
      const refused = workers.data && ofApp(workers.data.refused);
      return html`<div class="page">
        ${pageHead({ title: t('nav.workers'), facts: here ? facts(here, refused, workers.data.next !== null) : '' })}
        <div class="filters" role="search">
          <label class="search-field"
            >${icon('search')}<span class="visually-hidden">${t('workers.find')}</span
            ><input type="search" placeholder=${t('workers.find')} .value=${ctx.query.get('q') ?? ''}
              @input=${event => ctx.setQuery({ q: event.target.value })} /></label>
          ${may('admin')
            ? segments({
                label: t('workers.whose'),
                name: 'worker-apps',
                items: [{ key: '', label: app }, { key: 'all', label: t('workers.allApps') }],
                selected: all() ? 'all' : '',
                onSelect: key => ctx.setQuery({ apps: key }),
              })
            : nothing}
        </div>
        ${problemBox(workers.problem, { retry: () => workers.refresh() })}
        ${refused?.length > 0 ? section({ title: t('workers.refused'), content: refusedTable(refused) }) : nothing}
        ${ofNoApp().length > 0 ? html`<p>${t('workers.ofNoApp', { n: ofNoApp().length })} <a href=${to.workers(app, { apps: 'all' })}>${t('workers.showAll')}</a></p>` : nothing}
        ${lanes(app, waiting, workers)}
        ${table({
          label: t('workers.connected'),
          columns: columns(app, all()),
          rows: here && filterWorkers(here, ctx.query.get('q') ?? ''),
          key: worker => worker.session,
          empty:
            here?.length === 0
              ? empty({ title: t('workers.none', { app }), text: t('workers.noneText'), command: `orrery token create --app ${app} --role worker` })
              : empty({ title: t('workers.noMatch') }),
        })}
        ${workers.data?.next ? html`<p class="muted">${t('workers.cut', { n: MOST_WORKERS })}</p>` : nothing}
        ${sameBy({ api: callOf('listWorkers'), cli: all() ? 'orrery workers' : `orrery workers --app ${app}` })}
      </div>`;
    },
  };
}

/** Reads the newest runs that no connected worker can take; `cut` tells if there are more. */
async function readUnserved(app, signal) {
  const lists = await Promise.all(
    UNSERVED.map(waitingFor => api.listInstances({ app, waitingFor, limit: MOST_WAITING }, { signal })),
  );
  return { items: lists.flatMap(list => list.items), cut: lists.some(list => list.next) };
}

function facts(workers, refused, cut) {
  const { states, held, capacity } = summary(workers, refused);
  return html`${['CONNECTED', 'FULL', 'DRAINING', 'REFUSED']
      .filter(state => states[state] > 0)
      .map(state => html`<span>${badge(state)} ${counted(states[state], cut && state !== 'REFUSED')}</span>`)}
    ${workers.length > 0 ? html`<span>${t('workers.used', { held, capacity })}</span>` : nothing}`;
}

function columns(app, withApp) {
  return [
    { key: 'name', title: t('workers.name'), kind: 'grow', cell: worker => html`<span class="strong" title=${visible(worker.name)}>${visible(worker.name)}</span>` },
    ...(withApp ? [{ key: 'app', title: t('nav.settings'), kind: 'cut-cell', cell: worker => html`<span title=${worker.app}>${worker.app}</span>` }] : []),
    { key: 'state', title: t('jobs.state'), kind: 'nowrap', cell: worker => badge(workerState(worker)) },
    { key: 'processors', title: t('workers.processors'), kind: 'pills-cell narrow-hide', cell: worker => pills(worker.processors, 2) },
    { key: 'tags', title: t('workers.tags'), kind: 'pills-cell narrow-hide', cell: worker => pills(worker.tags, 2) },
    { key: 'used', title: t('workers.slots'), kind: 'meter-cell', cell: slots },
    { key: 'protocol', title: t('workers.protocol'), kind: 'nowrap narrow-hide', cell: protocol },
    { key: 'version', title: t('workers.version'), kind: 'nowrap wide-only', cell: version },
    { key: 'lease', title: t('workers.lease'), end: true, kind: 'nowrap huge-only', cell: worker => formatDuration(worker.leaseRemaining) },
    { key: 'since', title: t('workers.since'), end: true, kind: 'nowrap widest-only', cell: worker => time(worker.connectedAt) },
  ];
}

function slots(worker) {
  const label = t('workers.used', { held: worker.held, capacity: worker.capacity });
  return html`<span class="meter-text" title=${label}
    >${meter(worker.held, worker.capacity, { label, kind: worker.held >= worker.capacity ? 'full' : '' })}<a
      href=${to.runs(worker.app, { state: 'RUNNING', worker: worker.name })}
      >${worker.held} / ${worker.capacity}</a
    ></span
  >`;
}

function protocol(worker) {
  const { protocol: name, version: agreed, dialect } = worker.agreement;
  if (dialect === POWERJOB) {
    return html`${name} ${powerJobPill()}`;
  }
  return html`${name} <span class="muted">v${agreed}</span>${worker.skew.version
      ? html` <span class="pill" title=${t('workers.olderApi')}>${t('workers.older')}</span>`
      : nothing}`;
}

function powerJobPill() {
  return html`<span class="pill" title=${t('workers.powerjobText')}>${t('workers.powerjob')}</span>`;
}

function version(worker) {
  return html`<span class="mono">${visible(worker.softwareVersion)}</span>${worker.skew.softwareVersion
      ? html` <span class="pill" title=${t('workers.skewText')}>${t('workers.skew')}</span>`
      : nothing}`;
}

function refusedTable(refused) {
  return table({
    label: t('workers.refused'),
    kind: 'stacked',
    columns: [
      { key: 'worker', title: t('workers.name'), kind: 'cut-cell', cell: one => html`<span class="strong" title=${visible(one.worker ?? one.address ?? '?')}>${visible(one.worker ?? one.address ?? '?')}</span>${one.dialect === POWERJOB ? powerJobPill() : nothing}` },
      { key: 'state', title: t('workers.code'), kind: 'nowrap', cell: one => html`<span class="narrow-hide">${badge('REFUSED')} </span><code>${one.code}</code>` },
      {
        key: 'detail',
        title: t('workers.why'),
        kind: 'wrap-cell',
        cell: one => html`${visible(one.detail)}${one.requestedApp ? html` <span class="muted">${t('workers.requested', { app: visible(one.requestedApp) })}</span>` : nothing}
          ${one.settingToChange ? html`<br /><span class="muted">${t('problem.setting')}</span> <code>${one.settingToChange}</code>` : nothing}`,
      },
      { key: 'times', title: t('workers.times'), end: true, kind: 'narrow-hide', cell: one => number(one.times) },
      { key: 'at', title: t('workers.last'), end: true, kind: 'nowrap', cell: one => time(one.at) },
    ],
    rows: refused,
    key: one => `${one.app} ${one.requestedApp} ${one.worker} ${one.address} ${one.code}`,
  });
}

/** Waiting work that no connected worker can take: what is missing, and how much of it waits. */
function lanes(app, waiting, workers) {
  if (!waiting.data || !workers.data) {
    return nothing;
  }
  const found = unservedLanes(waiting.data.items, workers.data.items.filter(worker => worker.app === app));
  return found.length === 0
    ? nothing
    : section({
        title: t('workers.lanes'),
        content: html`${table({
            label: t('workers.lanes'),
            kind: 'stacked',
            columns: [
              { key: 'processor', title: t('workers.processor'), kind: 'nowrap', cell: lane => pills([lane.processor]) },
              { key: 'tags', title: t('workers.requiredTags'), kind: 'nowrap', cell: lane => pills(lane.tags) },
              { key: 'missing', title: t('workers.missing'), kind: 'wrap-cell', cell: missingText },
              { key: 'count', title: t('workers.waitingCount'), end: true, cell: lane => counted(lane.count, waiting.data.cut) },
              { key: 'oldest', title: t('overview.oldest'), end: true, kind: 'nowrap', cell: lane => html`<a class="plain" href=${to.run(app, lane.oldest.id)}>${time(lane.oldest.dueAt)}</a>` },
            ],
            rows: found,
            key: lane => lane.key,
          })}
          ${waiting.data.cut ? html`<p class="small muted">${t('workers.lanesCut', { n: MOST_WAITING })}</p>` : nothing}`,
      });
}

function missingText(lane) {
  if (lane.missing === null) {
    return t('workers.missingAll');
  }
  if (lane.missing.processor === POWERJOB) {
    return t('workers.missingPowerJob');
  }
  return lane.missing.processor
    ? t('workers.missingProcessor', { processor: lane.missing.processor })
    : t('workers.missingTags', { tags: lane.missing.tags.join(', ') });
}
