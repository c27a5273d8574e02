// The frame around all pages: navigation, switches, and the state of the connection.

import { html, nothing } from '../lit.js';
import { serverClock } from '../clock.js';
import { LANGUAGES, language, t } from '../i18n.js';
import { connection } from '../live.js';
import { to } from '../router.js';
import { session } from '../session.js';
import { MODES, formatMillis, timeMode } from '../time.js';
import { icon, mark } from './icons.js';
import { banner, button, menu, segments } from './ui.js';

/**
 * @param place `{page, app}` of the address
 * @param actions `{openSearch, openApps, setTime, setTheme, setLanguage, signOut}`
 */
export function shell({ place, theme, content, actions }) {
  return html`<a class="skip" href="#content" @click=${skip}>${t('shell.skip')}</a>
    <div class="shell">
      <aside class="side">
        <div class="side-top">
          <a class="brand" href=${to.overview(place.app)} aria-label=${t('shell.home')}>${mark()}</a>
          <button type="button" class="app-switch" @click=${actions.openApps} aria-label=${t('shell.switchApp', { app: place.app })}>
            <span class="app-name" title=${place.app}>${place.app}</span>${icon('updown')}
          </button>
        </div>
        <button type="button" class="search-open" aria-keyshortcuts="Control+K Meta+K" @click=${actions.openSearch}>
          ${icon('search')}<span>${t('shell.search')}</span><kbd aria-hidden="true">${isApple() ? '⌘K' : 'Ctrl K'}</kbd>
        </button>
        <nav class="nav" aria-label=${t('shell.nav')}>${links(place)}</nav>
        <div class="side-end">
          ${timeSwitch('time-mode', actions)}
          ${settings(theme, actions)}
        </div>
      </aside>
      <main id="content" tabindex="-1">
        ${connection.state === 'reconnecting'
          ? html`<div class="reconnecting state-TIMED_OUT" role="status">${icon('retry')}${t('shell.reconnecting')}</div>`
          : nothing}
        ${clockNote()} ${content}
      </main>
    </div>`;
}

function links({ page, app }) {
  const items = [
    ['overview', 'overview', to.overview(app), ['overview']],
    ['jobs', 'jobs', to.jobs(app), ['jobs', 'job', 'editor']],
    ['runs', 'runs', to.runs(app), ['runs', 'run']],
    ['fires', 'calendar', to.fires(app), ['fires']],
    ['workers', 'workers', to.workers(app), ['workers']],
    ['settings', 'settings', to.settings(app), ['app']],
    ['cluster', 'cluster', to.cluster(), ['cluster']],
  ];
  return items.map(
    ([key, name, address, pages]) =>
      html`<a href=${address} aria-current=${pages.includes(page) ? 'page' : nothing}>${icon(name)}<span>${t(`nav.${key}`)}</span></a>`,
  );
}

function timeSwitch(name, actions) {
  return segments({
    label: t('shell.time'),
    name,
    items: MODES.map(mode => ({ key: mode, label: t(`time.${mode}`) })),
    selected: timeMode(),
    onSelect: actions.setTime,
  });
}

function settings(theme, actions) {
  const who = session();
  return menu({
    label: t('shell.settings'),
    head: html`${icon('menu')}<span class="menu-role">${who ? t(`role.${who.role}`) : ''}</span>
      <span class="visually-hidden">${t('shell.settings')}</span>`,
    content: html`<div class="narrow-only">
        <p class="menu-title">${t('shell.time')}</p>
        ${timeSwitch('time-mode-menu', actions)}
      </div>
      <p class="menu-title">${t('shell.theme')}</p>
      ${segments({
        label: t('shell.theme'),
        name: 'theme',
        items: ['system', 'light', 'dark'].map(key => ({ key, label: t(`theme.${key}`) })),
        selected: theme,
        onSelect: actions.setTheme,
      })}
      <p class="menu-title">${t('shell.language')}</p>
      ${segments({
        label: t('shell.language'),
        name: 'language',
        items: LANGUAGES.map(({ code, name }) => ({ key: code, label: name })),
        selected: language(),
        onSelect: actions.setLanguage,
      })}
      <p class="menu-title">${t('shell.session')}</p>
      <p class="menu-text">${who ? t(`role.may.${who.role}`, { app: who.app ?? '' }) : ''}</p>
      ${button({ label: t('action.signOut'), icon: 'signOut', onClick: actions.signOut })}`,
  });
}

/** Says that the clock of the computer is wrong, because it shows another time than the page. */
function clockNote() {
  const offset = serverClock.noticedOffset;
  return offset === 0
    ? nothing
    : html`<div class="above-page">
        ${banner('OTHER', t(offset > 0 ? 'shell.clockBehind' : 'shell.clockAhead', { span: formatMillis(Math.abs(offset)) }))}
      </div>`;
}

/** The fragment would be a new address to the router, so the link only moves the focus. */
function skip(event) {
  event.preventDefault();
  document.getElementById('content').focus();
}

function isApple() {
  return /Mac|iPhone|iPad/.test(navigator.platform);
}
