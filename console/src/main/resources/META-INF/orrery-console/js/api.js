// All calls of the REST API, named as the operations of its OpenAPI document. The cookie of the session authenticates.

import { CONSOLE } from './base.js';
import { ServerClock, serverClock } from './clock.js';

/** An error of the API (RFC 9457), or of the way to it: status 0 and code UNREACHABLE. */
export class ApiProblem extends Error {
  constructor({ status, code, detail, field, errors, settingToChange, retryAfter }) {
    super(detail);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.field = field;
    this.errors = errors ?? [];
    this.settingToChange = settingToChange;
    this.retryAfter = retryAfter;
  }

  /** The scheduler does not answer, restarts, or is busy: the same call may work later. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }

  /** This release of the scheduler has no such call. */
  get notAvailable() {
    return (this.status === 404 && this.code === 'NOT_FOUND') || this.status === 405;
  }
}

/** Method, path, and the names of query parameters; `body` is the name of the argument that is sent. */
export const OPERATIONS = {
  createSession: ['POST', '/api/v1/session', []],
  getSession: ['GET', '/api/v1/session', []],
  deleteSession: ['DELETE', '/api/v1/session', []],

  listApps: ['GET', '/api/v1/apps', ['after', 'limit']],
  getApp: ['GET', '/api/v1/apps/{app}', []],
  putApp: ['PUT', '/api/v1/apps/{app}', []],
  deleteApp: ['DELETE', '/api/v1/apps/{app}', ['withContents']],
  pauseApp: ['POST', '/api/v1/apps/{app}/pause', []],
  resumeApp: ['POST', '/api/v1/apps/{app}/resume', []],

  listJobs: ['GET', '/api/v1/apps/{app}/jobs', ['after', 'ends', 'filter', 'label', 'limit', 'search', 'sort']],
  getJob: ['GET', '/api/v1/apps/{app}/jobs/{job}', []],
  putJob: ['PUT', '/api/v1/apps/{app}/jobs/{job}', ['dryRun']],
  deleteJob: ['DELETE', '/api/v1/apps/{app}/jobs/{job}', []],
  applyJobs: ['POST', '/api/v1/apps/{app}/jobs:apply', ['dryRun']],
  runJob: ['POST', '/api/v1/apps/{app}/jobs/{job}/instances', []],
  runJobs: ['POST', '/api/v1/apps/{app}/instances', []],
  pauseJob: ['POST', '/api/v1/apps/{app}/jobs/{job}/pause', []],
  resumeJob: ['POST', '/api/v1/apps/{app}/jobs/{job}/resume', []],
  listJobVersions: ['GET', '/api/v1/apps/{app}/jobs/{job}/versions', ['after', 'limit']],
  listJobFireTimes: ['GET', '/api/v1/apps/{app}/jobs/{job}/fire-times', ['count', 'from']],
  previewCron: ['GET', '/api/v1/cron/fire-times', ['count', 'cron', 'dialect', 'from', 'zone']],
  startBackfill: ['POST', '/api/v1/apps/{app}/jobs/{job}/backfills', []],
  listBackfills: ['GET', '/api/v1/apps/{app}/jobs/{job}/backfills', ['after', 'limit']],
  getBackfill: ['GET', '/api/v1/apps/{app}/jobs/{job}/backfills/{id}', []],
  cancelBackfill: ['POST', '/api/v1/apps/{app}/jobs/{job}/backfills/{id}/cancel', []],

  listInstances: [
    'GET',
    '/api/v1/apps/{app}/instances',
    ['after', 'createdFrom', 'createdUntil', 'errorText', 'job', 'label', 'limit', 'origin', 'parameter', 'state', 'waitingFor', 'worker'],
  ],
  getInstance: ['GET', '/api/v1/instances/{id}', []],
  listParts: ['GET', '/api/v1/instances/{id}/parts', ['after', 'limit', 'only']],
  listNodes: ['GET', '/api/v1/instances/{id}/nodes', []],
  listAttempts: ['GET', '/api/v1/instances/{id}/attempts', ['after', 'limit']],
  cancelInstance: ['POST', '/api/v1/instances/{id}/cancel', ['once']],
  retryInstance: ['POST', '/api/v1/instances/{id}/retry', []],
  getInstanceLog: ['GET', '/api/v1/instances/{id}/logs', ['after', 'attempt', 'follow']],
  cancelInstances: ['POST', '/api/v1/apps/{app}/instances:cancel', ['dryRun']],
  retryInstances: ['POST', '/api/v1/apps/{app}/instances:retry', ['dryRun']],
  listErrors: ['GET', '/api/v1/apps/{app}/instances:errors', ['from', 'until', 'job']],

  countEnds: ['GET', '/api/v1/apps/{app}/end-counts', ['bucket', 'from', 'job', 'until']],
  countWaiting: ['GET', '/api/v1/apps/{app}/waiting', []],
  getJobStatistics: ['GET', '/api/v1/apps/{app}/job-statistics', ['job', 'last']],
  countUpcomingFires: ['GET', '/api/v1/apps/{app}/fire-counts', []],
  listUpcomingFires: ['GET', '/api/v1/apps/{app}/fire-times', ['until', 'limit']],

  listTokens: ['GET', '/api/v1/apps/{app}/tokens', ['after', 'limit']],
  createToken: ['POST', '/api/v1/apps/{app}/tokens', []],
  revokeToken: ['DELETE', '/api/v1/apps/{app}/tokens/{id}', []],

  listWebhooks: ['GET', '/api/v1/apps/{app}/webhooks', ['after', 'limit']],
  getWebhook: ['GET', '/api/v1/apps/{app}/webhooks/{webhook}', []],
  putWebhook: ['PUT', '/api/v1/apps/{app}/webhooks/{webhook}', ['dryRun']],
  deleteWebhook: ['DELETE', '/api/v1/apps/{app}/webhooks/{webhook}', []],
  rotateWebhookSecret: ['POST', '/api/v1/apps/{app}/webhooks/{webhook}/secret', []],
  testWebhook: ['POST', '/api/v1/apps/{app}/webhooks/{webhook}/test', []],
  listWebhookDeliveries: ['GET', '/api/v1/apps/{app}/webhooks/{webhook}/deliveries', ['after', 'limit']],

  listWorkers: ['GET', '/api/v1/workers', ['app', 'after', 'limit']],
  getCluster: ['GET', '/api/v1/cluster', []],
  getStorage: ['GET', '/api/v1/storage', []],
  getProtocol: ['GET', '/api/v1/protocol', []],
  recordMainProtocol: ['POST', '/api/v1/protocol/main', []],
  getJobFileSchema: ['GET', '/api/v1/schemas/job-file', []],
};

const HEADERS = { ifMatch: 'If-Match', ifNoneMatch: 'If-None-Match', idempotencyKey: 'Idempotency-Key' };

/** The path of a call with its query, as the console sends it and as a script would. */
export function pathOf(operation, args = {}) {
  const [, template, queryNames] = OPERATIONS[operation];
  const path = template.replace(/\{(\w+)\}/g, (whole, name) => {
    if (args[name] === undefined || args[name] === null || args[name] === '') {
      throw new Error(`${operation} needs '${name}'`);
    }
    return encodeURIComponent(args[name]);
  });
  const query = new URLSearchParams();
  for (const name of queryNames) {
    for (const value of Array.isArray(args[name]) ? args[name] : [args[name]]) {
      if (value !== undefined && value !== null && value !== '') {
        query.append(name, value);
      }
    }
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** `GET /api/v1/…`, for the footer that shows the call behind a page. */
export function callOf(operation, args) {
  return `${OPERATIONS[operation][0]} ${decodeURIComponent(pathOf(operation, args))}`;
}

/** The age of answers that pages accept, in seconds: consoles share answers of this age. */
const ACCEPTED_SECONDS = 3;

/** The time after a write of this page in which it accepts no older answer: those from before it are then gone. */
const FRESH_MILLIS = 10_000;

/** Our part of a tag, which names a version: a proxy that compresses one answer and not the next adds to one of them. */
function tagOf(response) {
  const header = response.headers.get('ETag');
  const [own] = header?.match(/"[\d-]*\d/) ?? [];
  return own ? `${own}"` : header;
}

/**
 * One function for each operation: `api.getJob({app, job})` resolves to the body. Arguments are the names of the path
 * and the query, `body` for a JSON body, and `ifMatch`, `ifNoneMatch`, `idempotencyKey`. The second argument has
 * `signal`, and `full: true` for `{body, etag, status, location}` instead of the body.
 *
 * @param root where /api/v1 is, with a slash at its end
 * @param onUnauthenticated called for each 401, before the problem is thrown
 * @param now the time in milliseconds
 * @param clock hears the date of each answer
 */
export function createApi({ root, fetch, onUnauthenticated = () => {}, now = Date.now, clock = new ServerClock() }) {
  let freshUntil = 0;

  async function call(operation, args, { signal, full = false } = {}) {
    const method = OPERATIONS[operation][0];
    const headers = { Accept: 'application/json' };
    for (const [argument, header] of Object.entries(HEADERS)) {
      if (args[argument] !== undefined) {
        headers[header] = args[argument];
      }
    }
    if (method === 'GET' && now() >= freshUntil) {
      headers['Cache-Control'] = `max-age=${ACCEPTED_SECONDS}`;
    }
    const request = { method, headers, credentials: 'same-origin', cache: 'no-store', signal };
    if (args.body !== undefined) {
      headers['Content-Type'] = 'application/json';
      request.body = JSON.stringify(args.body);
    }
    const response = await send(root + pathOf(operation, args).slice(1), request);
    if (!response.ok) {
      const problem = await problemOf(response);
      if (response.status === 401) {
        onUnauthenticated(problem, operation);
      }
      throw problem;
    }
    const body = response.status === 204 ? null : await jsonOf(response);
    return full
      ? { body, status: response.status, etag: tagOf(response), location: response.headers.get('Location') }
      : body;
  }

  async function send(url, request) {
    const sentAt = now();
    try {
      const response = await fetch(url, request);
      clock.heard(response.headers.get('Date'), sentAt, now());
      return response;
    } catch (cause) {
      if (cause.name === 'AbortError') {
        throw cause;
      }
      throw new ApiProblem({ status: 0, code: 'UNREACHABLE', detail: 'The scheduler does not answer.' });
    } finally {
      if (request.method !== 'GET') {
        freshUntil = now() + FRESH_MILLIS;
      }
    }
  }

  return Object.fromEntries(
    Object.keys(OPERATIONS).map(operation => [operation, (args = {}, options) => call(operation, args, options)]),
  );
}

async function jsonOf(response) {
  const text = await response.text();
  if (text === '') {
    return null;
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiProblem({ status: 0, code: 'UNREACHABLE', detail: 'The response is not JSON; a proxy may have sent it.' });
  }
}

async function problemOf(response) {
  const retryAfter = Number(response.headers.get('Retry-After')) || undefined;
  try {
    const problem = await response.json();
    return new ApiProblem({
      ...problem,
      status: response.status,
      code: problem.code ?? 'UNKNOWN',
      detail: problem.detail ?? problem.title ?? `HTTP ${response.status}`,
      retryAfter,
    });
  } catch {
    return new ApiProblem({ status: response.status, code: 'UNKNOWN', detail: `HTTP ${response.status}`, retryAfter });
  }
}

let unauthenticated = () => {};

/** Sets what happens when a call finds that the session has ended. */
export function onUnauthenticated(listener) {
  unauthenticated = listener;
}

/** The folder of /api/v1: the parent of the console's. */
export const API_ROOT = new URL('..', CONSOLE).href;

export const api = createApi({
  root: API_ROOT,
  fetch: (url, request) => globalThis.fetch(url, request),
  onUnauthenticated: (problem, operation) => unauthenticated(problem, operation),
  clock: serverClock,
});

/** A new Idempotency-Key. Unlike `crypto.randomUUID`, this also works on a page without TLS. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Reads the pages of a list up to a bound, from `args.after` on: the first page with the items of all, where `next` is
 * set if the bound cut it. A page may be short, because it ends at 1 MiB.
 */
export async function readAll(list, args, { atMost = 1000, pageSize = 500, signal } = {}) {
  const items = [];
  let first;
  let next = args.after;
  do {
    const page = await list({ ...args, limit: Math.min(pageSize, atMost - items.length), after: next }, { signal });
    items.push(...page.items);
    first ??= page;
    next = page.next;
  } while (next && items.length < atMost);
  return { ...first, items, next: next ?? null };
}
