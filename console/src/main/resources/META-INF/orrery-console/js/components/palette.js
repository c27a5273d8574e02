// Search over pages, jobs, instance ids and workers, and the choice of an app: a field with a list of matches.

import { html, nothing, render } from '../lit.js';
import { api, readAll } from '../api.js';
import { t } from '../i18n.js';
import { to } from '../router.js';
import { may } from '../session.js';
import { confirm, onBackdropClick } from './dialog.js';
import { icon } from './icons.js';
import { ranked } from '../search.js';
import { visible } from '../ansi.js';

const MOST_SHOWN = 30;
const NAME = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;

/** Opens the search in an app; `go(address)` follows a match. */
export function openSearch(app, go) {
  const pages = ['overview', 'jobs', 'runs', 'workers', 'settings', 'cluster'].map(key => ({
    kind: 'page',
    icon: key,
    text: t(`nav.${key}`),
    href: to[key](app),
  }));
  return openPalette({
    label: t('palette.search'),
    placeholder: t('palette.searchFor'),
    first: pages,
    go,
    load: async () => {
      const [jobs, workers] = await Promise.all([
        readAll(api.listJobs, { app }, { atMost: 2000 }).catch(() => ({ items: [] })),
        readAll(api.listWorkers, {}, { atMost: 500 }).catch(() => ({ items: [] })),
      ]);
      return [
        ...jobs.items.map(job => ({ kind: 'job', icon: 'jobs', text: job.name, href: to.job(app, job.name) })),
        ...workers.items
          .filter(worker => worker.app === app)
          .map(worker => ({ kind: 'worker', icon: 'workers', text: worker.name, href: to.workers(app, { q: worker.name }) })),
      ];
    },
    direct: text => (/^[0-9]{6,19}$/.test(text) ? [{ kind: 'run', icon: 'runs', text, href: to.run(app, text) }] : []),
  });
}

/** Opens the choice of an app. */
export function openApps(go) {
  return openPalette({
    label: t('palette.apps'),
    placeholder: t('palette.appsFor'),
    first: [],
    go,
    load: async () =>
      (await readAll(api.listApps, {}, { atMost: 5000 })).items.map(app => ({
        kind: 'app',
        icon: 'overview',
        text: app.name,
        note: app.description,
        href: to.overview(app.name),
      })),
    direct: (text, apps) =>
      may('admin') && NAME.test(text) && apps.every(app => app.text !== text)
        ? [{ kind: 'create', icon: 'plus', text: t('palette.create', { app: text }), act: () => createApp(text, go) }]
        : [],
  });
}

function createApp(app, go) {
  return confirm({
    title: t('palette.create', { app }),
    text: t('palette.createText'),
    action: t('palette.create', { app }),
    act: () => api.putApp({ app, body: {} }),
  }).then(created => created && go(to.settings(app)));
}

function openPalette({ label, placeholder, first, load, direct, go }) {
  if (document.querySelector('dialog.palette')) {
    return;
  }
  const element = document.createElement('dialog');
  element.className = 'dialog palette';
  element.setAttribute('aria-label', label);
  const before = document.activeElement;
  let loaded = [];
  let loading = true;
  let text = '';
  let at = 0;

  const matches = () => {
    const found = ranked([...first, ...loaded], text.trim(), item => item.text).slice(0, MOST_SHOWN);
    return [...found, ...direct(text.trim(), loaded)];
  };
  const choose = item => {
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
            }} />
        </div>
        <ul id="palette-list" role="listbox" aria-label=${label}>
          ${items.map(
            (item, index) => html`<li id="palette-${index}" role="option" aria-selected=${index === at ? 'true' : 'false'}
              @click=${() => choose(item)}>
              ${icon(item.icon)}<span class="palette-text">${visible(item.text)}</span
              >${item.note ? html`<span class="palette-note">${visible(item.note)}</span>` : nothing}
              <span class="palette-kind">${t(`palette.kind.${item.kind}`)}</span>
            </li>`,
          )}
        </ul>
        ${items.length === 0 ? html`<p class="palette-none" role="status">${loading ? t('palette.loading') : t('palette.none')}</p>` : nothing}`,
      element,
    );
  };

  onBackdropClick(element, () => element.close());
  element.addEventListener('close', () => {
    element.remove();
    before?.isConnected && before.focus();
  });
  document.body.append(element);
  update();
  element.showModal();
  element.querySelector('input').focus();
  load()
    .then(items => (loaded = items))
    .catch(() => {})
    .finally(() => {
      loading = false;
      update();
    });
}
