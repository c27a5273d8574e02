import test from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { ApiProblem, OPERATIONS, callOf, createApi, pathOf, readAll } from '../../main/resources/META-INF/orrery-console/js/api.js';

const openapi = new URL('../../../../docs/openapi.yaml', import.meta.url);

/** Operations of the document: `{getJob: {method, path, query}}`. Reads the few lines that it needs of the YAML. */
function documented() {
  const found = {};
  let path;
  let method;
  let query = [];
  let name;
  for (const line of readFileSync(openapi, 'utf8').split('\n')) {
    const start = /^ {2}(\/\S+?):$/.exec(line);
    const verb = /^ {4}(get|put|post|delete):$/.exec(line);
    const parameter = /^ {6}- (?:\w+: .*)?$|^ {6}- name: (\w+)$/.exec(line);
    if (start) {
      path = start[1];
    } else if (verb) {
      method = verb[1].toUpperCase();
      query = [];
    } else if (parameter) {
      name = parameter[1];
    }
    const named = /^ {8}name: ([\w-]+)$/.exec(line);
    if (named) {
      name = named[1];
    }
    if (/^ {6}- in: query$|^ {8}in: query$/.test(line)) {
      query.push(() => name);
      if (name) {
        query[query.length - 1] = name;
      }
    }
    const id = /^ {6}operationId: (\w+)$/.exec(line);
    if (id) {
      found[id[1]] = { method, path };
    }
  }
  return found;
}

const answer = (status, body, headers = {}) => ({
  ok: status < 300,
  status,
  headers: new Headers(headers),
  text: async () => (body === undefined ? '' : JSON.stringify(body)),
  json: async () => body ?? JSON.parse(''),
});

function recorded(...answers) {
  const calls = [];
  const fetch = async (url, request) => {
    calls.push({ url, ...request });
    const next = answers.shift();
    if (next instanceof Error) {
      throw next;
    }
    return next;
  };
  return { calls, fetch };
}

test('has exactly the operations of the OpenAPI document', { skip: !existsSync(openapi) }, () => {
  const document = documented();
  for (const [name, [method, path]] of Object.entries(OPERATIONS)) {
    assert.deepEqual({ method, path }, document[name], name);
  }
});

test('encodes names in paths and omits empty query parameters', () => {
  assert.equal(pathOf('getJob', { app: 'demo', job: 'a.b' }), '/api/v1/apps/demo/jobs/a.b');
  assert.equal(pathOf('getJob', { app: 'd', job: '../x?y' }), '/api/v1/apps/d/jobs/..%2Fx%3Fy');
  assert.equal(
    pathOf('listInstances', { app: 'demo', state: 'FAILED', job: '', worker: null, errorText: 'a b&c' }),
    '/api/v1/apps/demo/instances?errorText=a+b%26c&state=FAILED',
  );
  assert.equal(pathOf('getJobStatistics', { app: 'd', job: ['a', 'b'], last: 20 }), '/api/v1/apps/d/job-statistics?job=a&job=b&last=20');
  assert.throws(() => pathOf('getJob', { app: 'demo' }), /needs 'job'/);
  assert.equal(callOf('pauseJob', { app: 'a', job: 'b' }), 'POST /api/v1/apps/a/jobs/b/pause');
});

test('sends cookie, body and preconditions below a path prefix', async () => {
  const { calls, fetch } = recorded(answer(200, { name: 'a' }, { ETag: '"3"' }));
  const api = createApi({ root: 'https://host/prefix/', fetch });
  const result = await api.putJob({ app: 'demo', job: 'a', body: { x: 1 }, ifMatch: '"2"' }, { full: true });
  assert.deepEqual(result, { body: { name: 'a' }, status: 200, etag: '"3"', location: null });
  assert.equal(calls[0].url, 'https://host/prefix/api/v1/apps/demo/jobs/a');
  assert.equal(calls[0].method, 'PUT');
  assert.equal(calls[0].credentials, 'same-origin');
  assert.equal(calls[0].body, '{"x":1}');
  assert.deepEqual(calls[0].headers, { Accept: 'application/json', 'If-Match': '"2"', 'Content-Type': 'application/json' });
});

test('reads the same tag whatever a proxy that compresses has made of it', async () => {
  for (const [sent, read] of [
    ['W/"17-2"', '"17-2"'],
    ['"17-2-gzip"', '"17-2"'],
    ['"17-2--gzip"', '"17-2"'],
    ['"17-2;br"', '"17-2"'],
    ['"17-2"', '"17-2"'],
    [undefined, null],
  ]) {
    const { fetch } = recorded(answer(200, {}, sent ? { ETag: sent } : {}));
    assert.equal((await createApi({ root: '/', fetch }).getJob({ app: 'a', job: 'b' }, { full: true })).etag, read);
  }
});

test('throws the problem of the API for an error response', async () => {
  const body = { code: 'INVALID', detail: "'cron' must …", field: 'trigger.cron', errors: [{ message: 'a' }, { message: 'b' }] };
  const { fetch } = recorded(answer(422, body));
  const api = createApi({ root: '/', fetch });
  await assert.rejects(api.previewCron({ cron: 'x' }), problem => {
    assert.ok(problem instanceof ApiProblem);
    assert.deepEqual([problem.status, problem.code, problem.field, problem.errors.length], [422, 'INVALID', 'trigger.cron', 2]);
    assert.equal(problem.passing, false);
    return true;
  });
});

test('reports an ended session once, and only for status 401', async () => {
  const ended = [];
  const { fetch } = recorded(answer(401, { code: 'UNAUTHENTICATED', detail: 'x' }), answer(403, { code: 'FORBIDDEN', detail: 'y' }));
  const api = createApi({ root: '/', fetch, onUnauthenticated: (problem, operation) => ended.push([problem.code, operation]) });
  await assert.rejects(api.listApps());
  await assert.rejects(api.listApps());
  assert.deepEqual(ended, [['UNAUTHENTICATED', 'listApps']]);
});

test('treats an unreachable scheduler as temporary and a missing operation as unavailable', async () => {
  const gateway = { ...answer(502), json: async () => JSON.parse('<html>') };
  const { fetch } = recorded(new TypeError('Failed to fetch'), gateway, answer(404, { code: 'NOT_FOUND', detail: 'x' }), answer(404, { code: 'JOB_NOT_FOUND', detail: 'x' }));
  const api = createApi({ root: '/', fetch });
  const problemOf = call => call.then(() => assert.fail(), problem => problem);
  const away = await problemOf(api.listApps());
  assert.deepEqual([away.code, away.status, away.passing], ['UNREACHABLE', 0, true]);
  assert.equal((await problemOf(api.listApps())).passing, true);
  assert.equal((await problemOf(api.countWaiting({ app: 'a' }))).notAvailable, true);
  assert.equal((await problemOf(api.getJob({ app: 'a', job: 'b' }))).notAvailable, false);
});

test('rejects an aborted call as aborted', async () => {
  const aborted = Object.assign(new Error('aborted'), { name: 'AbortError' });
  const { fetch } = recorded(aborted);
  await assert.rejects(createApi({ root: '/', fetch }).listApps(), { name: 'AbortError' });
});

test('reads all pages of a list up to the bound', async () => {
  const asked = [];
  const list = async ({ limit, after }) => {
    asked.push([limit, after]);
    return { items: Array.from({ length: limit }, (_, i) => i), next: 'more' };
  };
  const { items, next } = await readAll(list, {}, { atMost: 1200, pageSize: 500 });
  assert.equal(items.length, 1200);
  assert.equal(next, 'more');
  assert.deepEqual(asked, [[500, undefined], [500, 'more'], [200, 'more']]);
});

test('continues a list whose pages end at their byte limit, and keeps the other fields of the first page', async () => {
  const asked = [];
  const list = async ({ limit, after = 0 }) => {
    asked.push([limit, after]);
    const next = after + 20;
    return { items: new Array(20).fill(after), next: next < 60 ? next : null, refused: [after] };
  };
  const { items, next, refused } = await readAll(list, {}, { atMost: 500 });
  assert.equal(items.length, 60);
  assert.equal(next, null);
  assert.deepEqual(refused, [0]);
  assert.deepEqual(asked, [[500, 0], [480, 20], [460, 40]]);
});

test('reads a list after a given item', async () => {
  const asked = [];
  const list = async ({ after }) => {
    asked.push(after);
    return { items: [], next: null };
  };
  await readAll(list, { after: 7 });
  assert.deepEqual(asked, [7]);
});

test('accepts cached responses up to three seconds old, but none older than its own write', async () => {
  let time = 0;
  const headers = [];
  const fetch = async (url, request) => {
    headers.push(request.headers['Cache-Control']);
    return answer(200, {});
  };
  const api = createApi({ root: '/', fetch, now: () => time });
  await api.getApp({ app: 'a' });
  await api.pauseApp({ app: 'a' });
  await api.getApp({ app: 'a' });
  time = 10_000;
  await api.getApp({ app: 'a' });
  assert.deepEqual(headers, ['max-age=3', undefined, undefined, 'max-age=3']);
});

test('sets the clock from the date of each response, including refusals', async () => {
  const heard = [];
  let millis = 1000;
  const answers = [answer(200, {}, { Date: 'first' }), answer(404, {}, { Date: 'second' })];
  const api = createApi({
    root: 'http://x/',
    fetch: async () => {
      millis += 50;
      return answers.shift();
    },
    now: () => millis,
    clock: { heard: (...args) => heard.push(args) },
  });
  await api.listApps();
  await assert.rejects(api.listApps());
  assert.deepEqual(heard, [
    ['first', 1000, 1050],
    ['second', 1050, 1100],
  ]);
});
