// Addresses of the console: paths below the folder that index.html is in, by the history API.

import { CONSOLE } from './base.js';

/** The path of the console, such as /console/ or /prefix/console/. */
export const BASE = new URL(CONSOLE).pathname;

const NAME = '([A-Za-z0-9._-]{1,100})';

/** Patterns in their order; the module of a page is loaded when it is opened first. */
export const ROUTES = [
  route('sign-in', 'signIn', []),
  route('', 'home', []),
  route('cluster', 'cluster', []),
  route('runs/([0-9]{1,19})', 'run', ['id']),
  route(`apps/${NAME}`, 'overview', ['app']),
  route(`apps/${NAME}/jobs`, 'jobs', ['app']),
  route(`apps/${NAME}/new-job`, 'editor', ['app']),
  route(`apps/${NAME}/jobs/${NAME}`, 'job', ['app', 'job']),
  route(`apps/${NAME}/runs`, 'runs', ['app']),
  route(`apps/${NAME}/runs/([0-9]{1,19})`, 'run', ['app', 'id']),
  route(`apps/${NAME}/fires`, 'fires', ['app']),
  route(`apps/${NAME}/workers`, 'workers', ['app']),
  route(`apps/${NAME}/settings`, 'app', ['app']),
];

function route(pattern, page, names) {
  return { pattern: new RegExp(`^${pattern}/?$`), page, names };
}

/** The page and the parameters of a path below the base; null if no page has it. */
export function match(path) {
  for (const { pattern, page, names } of ROUTES) {
    const found = pattern.exec(path);
    if (found) {
      return { page, params: Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(found[i + 1])])) };
    }
  }
  return null;
}

/** The address of a page: `href('apps/demo/jobs', {q: 'night'})`. Empty values are left out. */
export function href(path, query) {
  return BASE + path + search(query);
}

export function search(query) {
  const entries = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== '') {
        entries.append(name, one);
      }
    }
  }
  const text = entries.toString();
  return text === '' ? '' : `?${text}`;
}

/** Addresses of the pages, by what they show. */
export const to = {
  signIn: () => href('sign-in'),
  overview: app => href(`apps/${name(app)}`),
  jobs: (app, query) => href(`apps/${name(app)}/jobs`, query),
  newJob: (app, query) => href(`apps/${name(app)}/new-job`, query),
  job: (app, job, query) => href(`apps/${name(app)}/jobs/${name(job)}`, query),
  runs: (app, query) => href(`apps/${name(app)}/runs`, query),
  run: (app, id, query) => href(`apps/${name(app)}/runs/${name(id)}`, query),
  fires: app => href(`apps/${name(app)}/fires`),
  workers: (app, query) => href(`apps/${name(app)}/workers`, query),
  settings: app => href(`apps/${name(app)}/settings`),
  cluster: () => href('cluster'),
};

function name(value) {
  return encodeURIComponent(value);
}
