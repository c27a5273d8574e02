// Starts the console: reads the session, opens the page of the address, and renders all of it when something changes.

import { html, nothing, render } from './lit.js';
import { api, onUnauthenticated } from './api.js';
import { language, loadLanguage, preferredLanguage, t } from './i18n.js';
import { LeaveGuard } from './leave-guard.js';
import { Poll, connection, isMissingModule, untilLoaded } from './live.js';
import { PageFocus } from './page-focus.js';
import { BASE, match, search, to } from './router.js';
import { canRead, onSession, restoreSession, sameReader, session, setSession, signOut } from './session.js';
import { setTimeMode, timeMode } from './time.js';
import { dialogWork, drafts, pageWork } from './unsaved.js';
import { attempt, confirm } from './components/dialog.js';
import { openApps, openSearch } from './components/palette.js';
import { openSignIn } from './components/sign-in-dialog.js';
import { shell } from './components/shell.js';
import { markWideTables } from './components/table.js';
import { problemBox, skeleton, stateWord } from './components/ui.js';

const root = document.getElementById('console');
const focus = new PageFocus(document);

/** The open page: `{place, address, page, polls, problem, retry}`; `page` is null while its module loads. */
let open = null;
let rendering = false;
/** The session that the drafts are of. */
let reader = null;

function update() {
  if (!rendering) {
    rendering = true;
    requestAnimationFrame(() => {
      rendering = false;
      show();
    });
  }
}

function show() {
  if (open === null) {
    return;
  }
  const { place, page, problem, retry } = open;
  let content;
  try {
    content = problem ? html`<div class="page">${problemBox(problem, { retry })}</div>` : page ? page.view() : html`<div class="page">${skeleton(6)}</div>`;
  } catch (fault) {
    console.error(fault);
    content = html`<div class="page">${problemBox(fault)}</div>`;
  }
  document.title = titleOf(page, place);
  document.documentElement.lang = language();
  const framed = place.page !== 'signIn' && place.page !== 'home';
  render(framed ? shell({ place, theme: theme(), content, actions }) : content, root);
  markWideTables();
  focus.follow();
}

/** "FAILED · nightly · demo – Orrery": the state first, because a tab shows only the first words. */
function titleOf(page, place) {
  const { state, name } = page?.title?.() ?? {};
  const parts = [state && stateWord(state), name, place.page === 'cluster' ? null : place.params.app].filter(part => part);
  return parts.length > 0 ? `${parts.join(' · ')} – Orrery` : 'Orrery';
}

/** What a page gets. */
function contextOf(opened) {
  return {
    app: opened.place.app,
    params: opened.place.params,
    update,
    navigate,
    /** Asks before the page is left while `isUnsaved()` returns true; the returned function ends that. */
    guard: isUnsaved => pageWork.hold(isUnsaved),
    /** The frame shows this app: an address such as that of a run does not name its own. */
    showApp(app) {
      opened.place.app = app;
      store('app', app);
    },
    /** The query of the address, as URLSearchParams. */
    get query() {
      return new URLSearchParams(location.search);
    },
    /** Changes entries of the query; null or '' removes one. `push` makes an entry in the browser's history. */
    setQuery(changes, { push = false } = {}) {
      const before = new URLSearchParams(location.search);
      const query = Object.fromEntries([...before.keys()].map(name => [name, before.getAll(name)]));
      const address = location.pathname + search({ ...query, ...changes });
      history[push ? 'pushState' : 'replaceState'](null, '', address);
      opened.address = address;
      opened.page?.queryChanged?.();
      update();
    },
    /** Reads a value now and every `every` milliseconds until the page closes. */
    poll(load, options = {}) {
      const poll = new Poll(load, {
        ...options,
        onChange: changed => {
          options.onChange?.(changed);
          update();
        },
      });
      opened.polls.push(poll);
      return poll;
    },
    /** Ends a poll before its page closes. */
    drop(poll) {
      poll.close();
      opened.polls = opened.polls.filter(other => other !== poll);
    },
  };
}

const guard = new LeaveGuard({
  isUnsaved: () => pageWork.any,
  ask: (text = t('leave.text')) =>
    confirm({ title: t('leave.title'), text, action: t('leave.action'), danger: true, cancel: t('leave.stay'), act: async () => true }),
  history,
});

export async function navigate(address, { replace = false } = {}) {
  const leaves = guard.mayLeave();
  if (leaves === true || (await leaves)) {
    history[replace ? 'replaceState' : 'pushState'](null, '', address);
    await openAddress({ moved: true });
  }
}

async function openAddress({ moved = false } = {}) {
  const found = match(pathBelowBase());
  if (session() !== null && found && open?.page && found.page === open.place.page && sameParams(found.params, open.place.params)) {
    open.address = currentAddress();
    open.page.queryChanged?.();
    update();
    return;
  }
  close();
  const place = { page: found?.page ?? 'lost', params: found?.params ?? {}, app: found?.params.app ?? lastApp() };
  const opened = { place, address: currentAddress(), page: null, polls: [], problem: null, retry: undefined };
  open = opened;
  if (place.page !== 'signIn' && session() === null) {
    navigate(to.signIn() + search({ next: location.pathname + location.search }) + location.hash, { replace: true });
    return;
  }
  if (place.params.app) {
    store('app', place.params.app);
  }
  const page = await untilLoaded(() => load(place), {
    isWanted: () => open === opened,
    onProblem: problem => {
      console.error(problem);
      opened.problem = isMissingModule(problem) ? { detail: t('problem.pageNotLoaded') } : problem;
      // The files of another release may need each other.
      opened.retry = () => location.reload();
      show();
    },
    wait: millis => waitToRetry(opened, millis),
  });
  if (page === undefined) {
    return;
  }
  if (place.page === 'home') {
    navigate(place.app ? to.overview(place.app) : to.cluster(), { replace: true });
    return;
  }
  opened.problem = null;
  try {
    opened.page = page(contextOf(opened));
  } catch (fault) {
    console.error(fault);
    opened.problem = fault;
  }
  show();
  if (moved) {
    scrollTo(0, 0);
    focus.take();
  }
}

/** Loads what the page of a place needs first. Returns its function, or null for the page that only leads on. */
async function load(place) {
  if (place.page === 'home' || (!place.app && place.page !== 'signIn')) {
    // The app of the session, the one seen last, or the first of the list.
    place.app = (await firstApp()) ?? '';
  }
  if (place.page === 'home') {
    return null;
  }
  return (await import(`./pages/${place.page}.js`)).page;
}

/** Resolves after the time, and earlier when the network is back or the reader wants it. */
function waitToRetry(opened, millis) {
  return new Promise(resolve => {
    const timer = setTimeout(done, millis);
    function done() {
      clearTimeout(timer);
      removeEventListener('online', done);
      resolve();
    }
    addEventListener('online', done);
    opened.retry = done;
    show();
  });
}

function close() {
  if (open !== null) {
    open.polls.forEach(poll => poll.close());
    open.page?.close?.();
    pageWork.clear();
    open = null;
  }
}

function sameParams(one, other) {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every(name => one[name] === other[name]);
}

async function firstApp() {
  if (session()?.app) {
    return session().app;
  }
  const { items } = await api.listApps({ limit: 500 });
  const last = stored('app');
  return items.some(app => app.name === last) ? last : items[0]?.name;
}

function lastApp() {
  return session()?.app ?? stored('app');
}

const actions = {
  openSearch: () => openSearch(open.place.app, navigate),
  openApps: () => openApps(navigate),
  setTime(mode) {
    setTimeMode(mode);
    store('time', mode);
    update();
  },
  setTheme(wanted) {
    if (wanted === 'system') {
      delete document.documentElement.dataset.theme;
    } else {
      document.documentElement.dataset.theme = wanted;
    }
    store('theme', wanted);
    update();
  },
  async setLanguage(code) {
    if (await attempt(() => loadLanguage(code), { failed: t('problem.pageNotLoaded') })) {
      store('language', code);
      update();
    }
  },
  async signOut() {
    if (!(await guard.mayLeave(t('leave.signOut')))) {
      return;
    }
    if (await attempt(() => signOut(api).then(() => true), {})) {
      drafts.clear();
      pageWork.clear();
      navigate(to.signIn());
    }
  },
};

function theme() {
  return document.documentElement.dataset.theme ?? 'system';
}

/** Preferences only, and never anything secret. */
function store(name, value) {
  try {
    localStorage.setItem(`orrery.${name}`, value);
  } catch {
    // Without storage a preference lasts as long as the page.
  }
}

function stored(name) {
  try {
    return localStorage.getItem(`orrery.${name}`);
  } catch {
    return null;
  }
}

/** Links of the console change the page without loading it. */
function followLinks(event) {
  const link = event.target.closest?.('a[href]');
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  // The properties of a link in a chart are objects.
  if (!link || !plain || event.defaultPrevented || link.hasAttribute('target') || link.hasAttribute('download')) {
    return;
  }
  const address = new URL(link.getAttribute('href'), document.baseURI);
  if (address.origin === location.origin && address.pathname.startsWith(BASE) && match(address.pathname.slice(BASE.length))) {
    event.preventDefault();
    navigate(address.pathname + address.search + address.hash);
  }
}

function shortcuts(event) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k' && session() && open?.place.app) {
    event.preventDefault();
    actions.openSearch();
  }
}

let isSigningIn = false;

onUnauthenticated(async (problem, operation) => {
  if (operation === 'getSession' || operation === 'createSession' || session() === null || isSigningIn) {
    return;
  }
  isSigningIn = true;
  const before = session();
  const after = await sessionAgain(before);
  isSigningIn = false;
  if (open?.page && sameReader(before, after)) {
    open.polls.forEach(poll => poll.refresh());
    open.page.resumed?.();
    update();
  } else {
    close();
    openAddress();
  }
});

/** The session after a call was refused: another tab may have signed in since, otherwise the reader does. */
async function sessionAgain(before) {
  try {
    return setSession(await api.getSession());
  } catch (refused) {
    // Without an answer the calls go on, and find out.
    return refused.status === 401 ? ((await openSignIn(before)) ?? setSession(null)) : before;
  }
}

/** Resolves with null, or with the problem that a later try may not have. */
function tryToRestore() {
  return restoreSession(api).then(
    () => null,
    problem => problem,
  );
}

/** Loads the module of the page at this address; its failure is shown when the page opens. */
function loadPageAhead() {
  const { page } = match(pathBelowBase()) ?? {};
  import(`./pages/${page === undefined ? 'lost' : page === 'home' ? 'overview' : page}.js`).catch(() => {});
}

function currentAddress() {
  return location.pathname + location.search + location.hash;
}

function pathBelowBase() {
  return location.pathname.startsWith(BASE) ? location.pathname.slice(BASE.length) : '';
}

async function start() {
  setTimeMode(stored('time'));
  onSession(who => {
    store('signed-in', who ? 'yes' : 'no');
    if (canRead(who)) {
      if (!sameReader(reader ?? who, who)) {
        drafts.clear();
      }
      reader = who;
    }
  });
  // What needs none of the others loads at the same time. A browser that never signed in has no cookie to ask about.
  loadPageAhead();
  const restored = stored('signed-in') === 'yes' ? tryToRestore() : null;
  await loadLanguage(preferredLanguage(stored('language'), navigator.languages));
  addEventListener('popstate', () => (open === null || guard.moved(open.address)) && openAddress());
  addEventListener('beforeunload', event => (pageWork.any || dialogWork.any || drafts.any) && event.preventDefault());
  document.addEventListener('click', followLinks);
  document.addEventListener('keydown', shortcuts);
  connection.onChange(update);
  addEventListener('resize', () => markWideTables());
  // Relative times age without a call.
  setInterval(() => !document.hidden && timeMode() === 'relative' && update(), 5000);
  for (let problem = await restored; problem !== null; problem = await tryToRestore()) {
    await new Promise(retry => {
      const again = () => retry();
      render(html`<div class="page">${problemBox(problem, { retry: again })}</div>`, root);
      setTimeout(again, 3000);
    });
  }
  render(nothing, root);
  await openAddress();
}

start();
