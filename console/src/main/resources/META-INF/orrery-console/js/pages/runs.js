// The runs of an app: a filter that is in the address, errors by message, and actions on many.

import { html, nothing } from '../lit.js';
import { api, callOf, readAll } from '../api.js';
import { serverNow } from '../clock.js';
import { number, t } from '../i18n.js';
import { to } from '../router.js';
import { visible } from '../ansi.js';
import { browserZone, exact } from '../time.js';
import { COLUMNS, fileName, save, toCsv, toJson } from '../export.js';
import {
  CANCELABLE,
  ORIGINS,
  SPANS,
  WAITING_FOR,
  fromQuery,
  hasCommand,
  hasBadLabel,
  hasBadParameter,
  hasMistake,
  hasShortError,
  isEmpty,
  toApi,
  toBody,
  toCommand,
} from '../run-filter.js';
import { RunList } from '../run-list.js';
import { fieldsOf, instantOfWall } from '../zone-times.js';
import { attempt, toast } from '../components/dialog.js';
import { icon } from '../components/icons.js';
import { openChosen, openFiltered } from '../components/run-dialogs.js';
import { runsTable } from '../components/runs-table.js';
import { Choice, choiceBar, freshRows, table } from '../components/table.js';
import {
  button,
  empty,
  menu,
  notAvailable,
  pageHead,
  problemBox,
  sameBy,
  sizeOf,
  skeleton,
  stateWord,
  tabs,
  time,
} from '../components/ui.js';
import { END_STATES, FAILURES, INSTANCE_STATES } from '../states.js';
import { waitingWord } from '../waiting-words.js';

const PAGE_SIZE = 100;
const MOST_EXPORTED = 10_000;
const MOST_NAMES = 1000;
const TYPING_MILLIS = 350;
const LAST_SPAN = '24h';
/** Pages of one search further back: the scheduler examines some thousand runs for each. */
const MOST_SEARCHED = 20;
const NOTHING = { items: [], next: null };

export function page(ctx) {
  const { app } = ctx;
  const list = new RunList();
  const choice = new Choice(ctx.update);
  let filter = read();
  let view = ctx.query.get('view') === 'errors' ? 'errors' : 'list';
  let typing = null;
  let busy = false;
  let custom = false;
  let names = null;
  /** The search for older runs; null if none is under way. */
  let search = null;
  /** The list has gone on behind its newest page by itself. */
  let hasSearched = false;
  let poll = start();

  function read() {
    return fromQuery(ctx.query, INSTANCE_STATES);
  }

  function start() {
    if (view === 'errors') {
      return ctx.poll(signal => api.listErrors({ app, ...errorSpan() }, { signal }), { every: 30_000 });
    }
    const read = hasMistake(filter)
      ? async () => NOTHING
      : signal => api.listInstances({ app, limit: PAGE_SIZE, ...toApi(filter, serverNow()) }, { signal });
    return ctx.poll(read, {
      every: 5000,
      onChange: changed => {
        if (changed.data) {
          list.take(changed.data, isHeld());
          choice.keep(list.rows.map(row => row.id));
          if (list.examinedFrom && !hasSearched) {
            more(() => list.rows.length >= PAGE_SIZE);
          }
          hasSearched = true;
        }
      },
    });
  }

  /** The reader looks at rows: they have scrolled, point at the table, are in it by keyboard, or have chosen some. */
  function isHeld() {
    return (
      choice.size > 0 ||
      scrollY > 60 ||
      document.querySelector('.runs-list:hover') !== null ||
      document.activeElement?.closest?.('.runs-list') != null
    );
  }

  function errorSpan() {
    const { job, createdFrom, createdUntil } = toApi(
      { span: filter.from ? undefined : LAST_SPAN, ...filter },
      serverNow(),
    );
    return {
      job,
      from: createdFrom,
      until: createdUntil ?? new Date(Math.ceil(serverNow() / 60_000) * 60_000).toISOString(),
    };
  }

  function queryChanged() {
    filter = read();
    view = ctx.query.get('view') === 'errors' ? 'errors' : 'list';
    ctx.drop(poll);
    list.clear();
    choice.clear();
    search = null;
    hasSearched = false;
    poll = start();
  }

  function set(changes, push = true) {
    clearTimeout(typing);
    ctx.setQuery(changes, { push });
  }

  function setTyped(name, value) {
    clearTimeout(typing);
    typing = setTimeout(() => ctx.setQuery({ [name]: value.trim() }), TYPING_MILLIS);
  }

  function moreThan(last) {
    return () => list.rows.at(-1) !== last;
  }

  /** Reads older pages until there are enough runs, the reader stops it or changes the filter, or it has read many. */
  async function more(isEnough) {
    const own = {};
    search = own;
    for (let page = 0; page < MOST_SEARCHED && list.next && !isEnough(); page++) {
      ctx.update();
      const loaded = await attempt(
        () => api.listInstances({ app, limit: PAGE_SIZE, after: list.next, ...toApi(filter, serverNow()) }),
        {},
      );
      if (search !== own) {
        return;
      }
      if (!loaded) {
        break;
      }
      list.more(loaded);
    }
    choice.keep(list.rows.map(row => row.id));
    search = null;
    ctx.update();
  }

  function stop() {
    search = null;
    ctx.update();
  }

  async function exportAs(kind) {
    busy = true;
    ctx.update();
    const loaded = await attempt(
      () => readAll(api.listInstances, { app, ...toApi(filter, serverNow()) }, { atMost: MOST_EXPORTED }),
      {},
    );
    if (loaded) {
      const name = fileName(['runs', app, filter.job, filter.state].flat().filter(Boolean), kind);
      save(
        name,
        kind === 'csv' ? 'text/csv' : 'application/json',
        kind === 'csv' ? toCsv(loaded.items, COLUMNS) : toJson(loaded.items),
      );
      toast(t(loaded.next ? 'runs.export.cut' : 'runs.export.done', { n: loaded.items.length }));
    }
    busy = false;
    ctx.update();
  }

  async function changeChosen(kind) {
    const states = kind === 'cancel' ? CANCELABLE : END_STATES;
    const instances = list.rows.filter(row => choice.has(row.id) && states.includes(row.state));
    if (await openChosen({ kind, instances })) {
      choice.clear();
      poll.refresh();
    }
  }

  async function changeFiltered(kind) {
    const states = kind === 'cancel' ? CANCELABLE : filter.state ? END_STATES : FAILURES;
    const body = toBody(filter, serverNow(), states);
    if (await openFiltered({ kind, app, body, words: filterWords(body.states) })) {
      poll.refresh();
    }
  }

  function filterWords(states) {
    return [
      states.map(stateWord).join(', '),
      filter.waiting && t('runs.waitsFor', { reason: waitingWord(filter.waiting) }),
      filter.job && `${t('runs.job')}: ${filter.job}`,
      filter.worker && `${t('runs.worker')}: ${filter.worker}`,
      filter.error && `${t('runs.filter.error')}: ${filter.error}`,
      filter.parameter && `${t('runs.filter.parameter')}: ${filter.parameter}`,
      filter.label && `${t('runs.filter.label')}: ${filter.label}`,
      filter.origin && t(`origin.${filter.origin}`),
      filter.span && t(`span.${filter.span}`),
    ]
      .filter(Boolean)
      .join(' · ');
  }

  function filters() {
    return html`<form class="filters" role="search" aria-label=${t('runs.filter.title')} @submit=${event => event.preventDefault()}>
      ${states()} ${waiting()}
      <datalist id="job-names">${(names ?? []).map(name => html`<option value=${name}></option>`)}</datalist>
      ${typed('job', t('runs.job'))} ${typed('error', t('runs.filter.error'))} ${typed('parameter', t('runs.filter.parameter'))} ${typed('label', t('runs.filter.label'))} ${typed('worker', t('runs.worker'))}
      ${select('origin', t('runs.origin'), [['', t('runs.filter.anyOrigin')], ...ORIGINS.map(origin => [origin, t(`origin.${origin}`)])])}
      ${spanSelect()} ${filter.from !== undefined || filter.until !== undefined || custom ? bounds() : nothing}
      ${
        isEmpty(filter) && !custom
          ? nothing
          : button({
              label: t('runs.filter.clear'),
              icon: 'close',
              kind: 'quiet',
              onClick: () => {
                custom = false;
                set({
                  state: null,
                  waiting: null,
                  job: null,
                  error: null,
                  parameter: null,
                  label: null,
                  worker: null,
                  origin: null,
                  span: null,
                  from: null,
                  until: null,
                });
              },
            })
      }
    </form>`;
  }

  /** Several states: failed or timed out is one question. */
  function states() {
    const chosen = filter.state ?? [];
    return menu({
      kind: 'page-menu filter-menu',
      headKind: 'button',
      head: html`${chosen.length === 0 ? t('runs.filter.anyState') : chosen.map(stateWord).join(', ')}${icon('chevron')}`,
      label: t('runs.state'),
      content: INSTANCE_STATES.map(
        state => html`<label class="check"
          ><input type="checkbox" name="state" .checked=${chosen.includes(state)}
            @change=${event => chooseState(state, event.target.checked)} /><span>${stateWord(state)}</span></label
        >`,
      ),
    });
  }

  function chooseState(state, chosen) {
    const states = INSTANCE_STATES.filter(other => (other === state ? chosen : filter.state?.includes(other)));
    set({ state: states, waiting: states.length === 0 || states.includes('WAITING') ? filter.waiting : null });
  }

  /** Only what waits has a reason. */
  function waiting() {
    return filter.waiting !== undefined || filter.state?.includes('WAITING')
      ? select('waiting', t('runs.filter.waiting'), [['', t('runs.filter.anyReason')], ...WAITING_FOR.map(reason => [reason, t('runs.waitsFor', { reason: waitingWord(reason) })])])
      : nothing;
  }

  function select(name, label, options) {
    return html`<select aria-label=${label} @change=${event => set({ [name]: event.target.value })}>
      ${options.map(([value, word]) => html`<option value=${value} ?selected=${(filter[name] ?? '') === value}>${word}</option>`)}
    </select>`;
  }

  function mistakeOf(name) {
    if (name === 'error' && hasShortError(filter)) {
      return t('runs.filter.short');
    }
    if (name === 'parameter' && hasBadParameter(filter)) {
      return t('runs.filter.badParameter');
    }
    return name === 'label' && hasBadLabel(filter) ? t('runs.filter.badLabel') : null;
  }

  function typed(name, label) {
    const mistake = mistakeOf(name);
    return html`<span class="filter-text">
      <input type="search" name=${name} placeholder=${label} size=${sizeOf(label)} aria-label=${label} autocomplete="off" spellcheck="false" .value=${filter[name] ?? ''}
        list=${name === 'job' ? 'job-names' : nothing} @focus=${name === 'job' ? loadNames : nothing}
        aria-invalid=${mistake ? 'true' : nothing} aria-describedby=${mistake ? `mistake-${name}` : nothing}
        @input=${event => setTyped(name, event.target.value)} />
      ${mistake ? html`<span class="field-error" id="mistake-${name}">${mistake}</span>` : nothing}
    </span>`;
  }

  /** Names to choose from, read when the field is used first. */
  async function loadNames() {
    if (names === null) {
      names = [];
      names = await readAll(api.listJobs, { app }, { atMost: MOST_NAMES }).then(
        ({ items }) => items.map(job => job.name),
        () => [],
      );
      ctx.update();
    }
  }

  function spanSelect() {
    const isCustom = custom || filter.from !== undefined || filter.until !== undefined;
    return html`<select aria-label=${t('runs.filter.span')}
      @change=${event => {
        custom = event.target.value === 'custom';
        if (!custom) {
          set({ span: event.target.value, from: null, until: null });
        } else {
          set({ span: null });
        }
      }}>
      <option value="" ?selected=${!isCustom && filter.span === undefined}>${t('span.any')}</option>
      ${Object.keys(SPANS).map(span => html`<option value=${span} ?selected=${!isCustom && filter.span === span}>${t(`span.${span}`)}</option>`)}
      <option value="custom" ?selected=${isCustom}>${t('span.custom')}</option>
    </select>`;
  }

  function bounds() {
    const bound = name =>
      html`<label class="filter-bound"
        ><span>${t(`runs.filter.${name}`)}</span
        ><input type="datetime-local" step="1" .value=${wall(filter[name])}
          @change=${event => {
            const instant = instantOfWall(event.target.value, browserZone());
            set({ [name]: instant === null ? null : new Date(instant).toISOString(), span: null });
          }}
      /></label>`;
    return html`${bound('from')}${bound('until')}`;
  }

  function actions() {
    const mistake = hasMistake(filter) ? t('many.mistake') : undefined;
    const cancelOff = filter.state && !filter.state.some(state => CANCELABLE.includes(state)) ? t('many.state.cancel') : undefined;
    const retryOff = filter.waiting || (filter.state && !filter.state.some(state => END_STATES.includes(state))) ? t('many.state.retry') : undefined;
    return menu({
      kind: 'page-menu',
      headKind: 'button',
      head: html`${t('runs.actions')}${icon('chevron')}`,
      label: t('runs.actions'),
      content: html`${button({ label: t('many.all.retry'), icon: 'retry', kind: 'quiet', needs: 'operator', off: mistake ?? retryOff, onClick: () => changeFiltered('retry') })}
        ${button({ label: t('many.all.cancel'), icon: 'canceled', kind: 'quiet', needs: 'operator', off: mistake ?? cancelOff, onClick: () => changeFiltered('cancel') })}
        ${button({ label: t('runs.export.csv'), icon: 'download', kind: 'quiet', off: mistake, onClick: () => exportAs('csv') })}
        ${button({ label: t('runs.export.json'), icon: 'download', kind: 'quiet', off: mistake, onClick: () => exportAs('json') })}`,
    });
  }

  function chosen() {
    const rows = list.rows.filter(row => choice.has(row.id));
    const cancelable = rows.filter(row => CANCELABLE.includes(row.state)).length;
    const retryable = rows.filter(row => END_STATES.includes(row.state)).length;
    return choiceBar(
      choice,
      html`${button({
        label: t('many.action.cancel', { n: cancelable }),
        icon: 'canceled',
        needs: 'operator',
        off: cancelable === 0 ? t('many.none.cancel') : undefined,
        onClick: () => changeChosen('cancel'),
      })}
      ${button({
        label: t('many.action.retry', { n: retryable }),
        icon: 'retry',
        needs: 'operator',
        off: retryable === 0 ? t('many.none.retry') : undefined,
        onClick: () => changeChosen('retry'),
      })}`,
    );
  }

  function noRun() {
    if (isEmpty(filter)) {
      return empty({ title: t('runs.none'), text: t('runs.noneText'), command: `orrery run JOB -a ${app}` });
    }
    if (!list.examinedFrom) {
      return empty({ title: t('runs.noMatch'), text: t('runs.noMatchText') });
    }
    return search === null
      ? empty({ title: t('runs.noMatchYet'), text: t('runs.noMatchYetText', { time: exact(list.examinedFrom) }) })
      : empty({ title: t('runs.searching'), text: t('runs.searched', { time: exact(list.examinedFrom) }) });
  }

  function olderRuns() {
    if (search !== null && list.examinedFrom) {
      return button({ label: t('runs.stop'), onClick: stop });
    }
    return list.next
      ? button({ label: t(list.examinedFrom ? 'runs.searchOn' : 'runs.more'), busy: busy || search !== null, onClick: () => more(moreThan(list.rows.at(-1))) })
      : nothing;
  }

  function runs() {
    if (hasMistake(filter)) {
      return empty({ title: t('filter.mistake'), text: filter.unknown ? t('filter.unknown', { values: filter.unknown.join(', ') }) : t('filter.mistakeText') });
    }
    if (poll.problem?.code === 'JOB_NOT_FOUND') {
      return empty({ title: t('runs.noJob', { name: filter.job }), text: t('runs.noJobText') });
    }
    if (poll.problem) {
      return problemBox(poll.problem, { retry: () => poll.refresh() });
    }
    return html`<div class="runs-list">
        ${runsTable({
          label: t('runs.title'),
          rows: poll.data === undefined ? undefined : list.rows,
          app,
          choice,
          left: list.left,
          skeletonRows: 12,
          empty: noRun(),
        })}
      </div>
      ${chosen()}
      <div class="list-end">
        <span class="muted small">${t('runs.shown', { n: list.rows.length })}</span>
        ${list.dropped > 0 ? html`<span class="muted small">${t('runs.dropped', { n: list.dropped })}</span>` : nothing}
        ${list.examinedFrom && list.rows.length > 0 ? html`<span class="muted small">${t('runs.searched', { time: exact(list.examinedFrom) })}</span>` : nothing}
        ${olderRuns()}
      </div>`;
  }

  function errors() {
    if (poll.notAvailable) {
      return notAvailable();
    }
    if (poll.problem) {
      return problemBox(poll.problem, { retry: () => poll.refresh() });
    }
    const data = poll.data;
    return html`${filter.span || filter.from || filter.until ? nothing : html`<p class="hint">${t('runs.errors.day')}</p>`}
    ${isEmpty({ ...filter, job: undefined, span: undefined, from: undefined, until: undefined }) ? nothing : html`<p class="hint">${t('runs.errors.filter')}</p>`}
    ${data?.truncated ? html`<p class="hint">${t('runs.errors.cut', { n: data.examined })}</p>` : nothing}
    ${table({
      label: t('runs.errors'),
      rows: data?.items,
      key: group => group.message,
      href: group => to.runs(app, { ...filter, state: null, waiting: null, view: null, error: group.message.slice(0, 100) }),
      nameOf: group => group.message,
      empty: empty({ title: t('runs.errors.none'), text: t('runs.errors.noneText') }),
      columns: [
        {
          key: 'count',
          title: t('runs.errors.count'),
          end: true,
          kind: 'nowrap',
          cell: group => html`<b>${number(group.count)} ×</b>`,
        },
        {
          key: 'message',
          title: t('runs.errors.message'),
          kind: 'grow',
          cell: group => html`<span class="mono" title=${visible(group.message)}>${visible(group.message)}</span>`,
        },
        { key: 'jobs', title: t('runs.errors.jobs'), end: true, cell: group => number(group.jobs) },
        {
          key: 'last',
          title: t('runs.errors.last'),
          end: true,
          kind: 'nowrap',
          cell: group => html`<a class="plain" href=${to.run(app, group.lastId)}>${time(group.lastAt)}</a>`,
        },
      ],
    })}`;
  }

  function view_() {
    const query = view === 'errors' ? errorSpan() : toApi(filter, serverNow());
    return html`<div class="page">
      ${pageHead({
        title: t('runs.title'),
        actions: view === 'list' ? html`${freshRows(list, ctx.update)} ${actions()}` : nothing,
      })}
      ${filters()}
      ${tabs({
        label: t('runs.views'),
        selected: view,
        items: [
          { key: 'list', label: t('runs.list'), href: to.runs(app, { ...filter }) },
          { key: 'errors', label: t('runs.errors'), href: to.runs(app, { ...filter, view: 'errors' }) },
        ],
      })}
      ${view === 'errors' ? (poll.loading ? skeleton(8) : errors()) : runs()}
      ${hasMistake(filter) ? nothing : sameBy({
        api: view === 'errors' ? callOf('listErrors', { app, ...query }) : callOf('listInstances', { app, ...query }),
        cli: view === 'errors' || !hasCommand(filter) ? undefined : toCommand(app, filter),
      })}
    </div>`;
  }

  return {
    view: view_,
    queryChanged,
    title: () => ({ state: filter.state?.length === 1 ? filter.state[0] : undefined, name: t('runs.title') }),
    close: () => {
      clearTimeout(typing);
      search = null;
    },
  };
}

/** An instant as a field of local time shows it. */
function wall(instant) {
  if (instant === undefined) {
    return '';
  }
  const { year, month, day, hour, minute, second } = fieldsOf(Date.parse(instant), browserZone());
  const two = value => String(value).padStart(2, '0');
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`;
}
