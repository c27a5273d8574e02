// Search over pages, jobs, instance ids and workers, and the choice of an app: a field with a list of matches.

import { html, nothing, render } from '../lit.js';
import { api, readAll } from '../api.js';
import { serverNow } from '../clock.js';
import { t } from '../i18n.js';
import { to } from '../router.js';
import { pauseJobs, resumeJobs, runJobsNow } from '../job-actions.js';
import { hasBadParameter } from '../run-filter.js';
import { isRunId } from '../run-id.js';
import { may } from '../session.js';
import { confirm, onBackdropClick } from './dialog.js';
import { icon } from './icons.js';
import { longestWord, ranked } from '../search.js';
import { visible } from '../ansi.js';

const MOST_SHOWN = 30;
const MOST_JOBS = 50;
const MOST_OF_COMMAND = 10;
const COMMANDS = [
  { key: 'jobs.do.run', icon: 'play', act: runJobsNow },
  { key: 'jobs.do.pause', icon: 'pause', act: pauseJobs },
  { key: 'jobs.do.resume', icon: 'play', act: resumeJobs },
];
const TYPING_MILLIS = 150;
const NAME = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;

/** Opens the search in an app; `go(address)` follows a match. */
export function openSearch(app, go) {
  const pages = ['overview', 'jobs', 'runs', 'fires', 'workers', 'settings', 'cluster'].map(key => ({
    kind: 'page',
    icon: key === 'fires' ? 'calendar' : key,
    text: t(`nav.${key}`),
    href: to[key](app),
  }));
  return openPalette({
    label: t('palette.search'),
    placeholder: t('palette.searchFor'),
    first: [...pages, ...newJob(app), ...otherApps(go)],
    go,
    load: async () =>
      itemsOf(await readAll(api.listWorkers, { app }, { atMost: 500 }), worker => [
        { kind: 'worker', icon: 'workers', text: worker.name, href: to.workers(app, { q: worker.name }) },
      ]),
    find: async (text, signal) => (await Promise.all([findJobs(app, text, signal), findCommands(app, text, signal), findRun(app, text, signal)])).flat().concat(withParameter(app, text)),
  });
}

function newJob(app) {
  return may('operator') ? [{ kind: 'command', icon: 'plus', text: t('jobs.new'), href: to.newJob(app) }] : [];
}

/** Tokens of one app see no other. */
function otherApps(go) {
  return may('admin') ? [{ kind: 'command', icon: 'updown', text: t('palette.otherApp'), act: () => openApps(go) }] : [];
}

/** Commands on the jobs that a text such as "pause night" names, by the beginning of the command's first word. */
async function findCommands(app, text, signal) {
  const [first, ...rest] = text.split(/\s+/);
  const commands = may('operator') && first.length > 1 ? COMMANDS.filter(({ key }) => t(key).toLowerCase().startsWith(first.toLowerCase())) : [];
  if (commands.length === 0) {
    return [];
  }
  const { items } = await api.listJobs({ app, search: longestWord(rest.join(' ')), limit: MOST_OF_COMMAND }, { signal });
  return commands.flatMap(({ key, icon, act }) => items.map(({ name }) => ({ kind: 'command', icon, text: `${t(key)}: ${name}`, act: () => act(app, [name]) })));
}

/** The scheduler searches all jobs of the app, however many. */
async function findJobs(app, text, signal) {
  const { items } = await api.listJobs({ app, search: longestWord(text), limit: MOST_JOBS }, { signal });
  return items.map(job => ({ kind: 'job', icon: 'jobs', text: job.name, href: to.job(app, job.name) }));
}

/** The run with this id, if it exists. */
async function findRun(app, text, signal) {
  if (!isRunId(text, serverNow())) {
    return [];
  }
  try {
    const run = await api.getInstance({ id: text }, { signal });
    return [{ kind: 'run', icon: 'runs', text, note: run.job, href: to.run(app, text) }];
  } catch (problem) {
    if (problem.code === 'INSTANCE_NOT_FOUND') {
      return [];
    }
    throw problem;
  }
}

/** The runs with a parameter such as orderId:4711. */
function withParameter(app, text) {
  return hasBadParameter({ parameter: text }) ? [] : [{ kind: 'page', icon: 'runs', text: t('palette.parameter', { text }), href: to.runs(app, { parameter: text }) }];
}

/** Opens the choice of an app. */
export function openApps(go) {
  return openPalette({
    label: t('palette.apps'),
    placeholder: t('palette.appsFor'),
    first: [],
    go,
    load: async () =>
      itemsOf(await readAll(api.listApps, {}, { atMost: 5000 }), app => [
        { kind: 'app', icon: 'overview', text: app.name, note: app.description, href: to.overview(app.name) },
      ]),
    direct: (text, apps) =>
      may('admin') && NAME.test(text) && apps.every(app => app.text !== text)
        ? [{ kind: 'create', icon: 'plus', text: t('palette.create', { app: text }), act: () => createApp(text, go) }]
        : [],
  });
}

function itemsOf({ items, next }, itemOf) {
  return { items: items.flatMap(itemOf), isAll: next === null };
}

function createApp(app, go) {
  return confirm({
    title: t('palette.create', { app }),
    text: t('palette.createText'),
    action: t('palette.create', { app }),
    act: () => api.putApp({ app, body: {} }),
  }).then(created => created && go(to.settings(app)));
}

/**
 * @param load `{items, isAll}`, read once, when the palette opens; `isAll` is false if there are more
 * @param find items that match a text, read again for each text
 * @param direct items that follow from the text and from all loaded ones
 */
function openPalette({ label, placeholder, first, load, find = async () => [], direct = () => [], go }) {
  if (document.querySelector('dialog.palette')) {
    return;
  }
  const element = document.createElement('dialog');
  element.className = 'dialog palette';
  element.setAttribute('aria-label', label);
  const before = document.activeElement;
  let loaded = [];
  let found = [];
  let loading = true;
  let isAll = false;
  let typing = null;
  let finding = null;
  let moved = false;
  let text = '';
  let at = 0;

  const matches = () => {
    const all = ranked([...first, ...found, ...loaded], text.trim(), item => item.text).slice(0, MOST_SHOWN);
    return isAll ? [...all, ...direct(text.trim(), loaded)] : all;
  };
  const choose = item => {
    moved = !item.act;
    element.close();
    item.act ? item.act() : go(item.href);
  };
  const keys = event => {
    const items = matches();
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      at = items.length === 0 ? 0 : (at + (event.key === 'ArrowDown' ? 1 : items.length - 1)) % items.length;
      update();
      element.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && items[at]) {
      event.preventDefault();
      choose(items[at]);
    }
  };
  const update = () => {
    const items = matches();
    render(
      html`<div class="palette-field">
          ${icon('search')}
          <input type="text" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list"
            aria-activedescendant=${items[at] ? `palette-${at}` : nothing} aria-label=${label}
            placeholder=${placeholder} autocomplete="off" spellcheck="false" .value=${text}
            @keydown=${keys} @input=${event => {
              text = event.target.value;
              at = 0;
              update();
              clearTimeout(typing);
              typing = setTimeout(search, TYPING_MILLIS);
            }} />
        </div>
        <ul id="palette-list" role="listbox" aria-label=${label}>
          ${items.map(
            (item, index) => html`<li id="palette-${index}" role="option" aria-selected=${index === at ? 'true' : 'false'} title=${visible([item.text, item.note].filter(Boolean).join(' · '))}
              @click=${() => choose(item)}>
              ${icon(item.icon)}<span class="palette-text">${visible(item.text)}</span
              >${item.note ? html`<span class="palette-note">${visible(item.note)}</span>` : nothing}
              <span class="palette-kind">${t(`palette.kind.${item.kind}`)}</span>
            </li>`,
          )}
        </ul>
        ${items.length === 0 ? html`<p class="palette-none" role="status">${loading || finding !== null ? t('palette.loading') : t('palette.none')}</p>` : nothing}`,
      element,
    );
  };

  onBackdropClick(element, () => element.close());

  async function search() {
    finding?.abort();
    const own = new AbortController();
    finding = own;
    const items = await find(text.trim(), own.signal).catch(() => []);
    if (finding === own) {
      finding = null;
      found = items;
      update();
    }
  }

  element.addEventListener('close', () => {
    clearTimeout(typing);
    finding?.abort();
    element.remove();
    // The page that opens takes the focus.
    !moved && before?.isConnected && before.focus();
  });
  document.body.append(element);
  update();
  element.showModal();
  element.querySelector('input').focus();
  search();
  load()
    .then(read => ({ items: loaded, isAll } = read))
    .catch(() => {})
    .finally(() => {
      loading = false;
      update();
    });
}
