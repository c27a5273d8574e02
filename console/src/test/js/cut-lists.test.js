import test from 'node:test';
import assert from 'node:assert/strict';
import { open, openPage, reads } from './harness/browser.js';

const DEMO = { app: 'demo' };
const JOB = { app: 'demo', job: 'nightly' };
const at = second => new Date(Date.now() - second * 1000).toISOString();

const run = n => ({
  id: String(1000 + n),
  job: 'nightly',
  app: 'demo',
  state: 'WAITING',
  endReason: 'OVERLAP',
  attempt: 1,
  createdAt: at(n),
  dueAt: at(n),
  fireTime: at(n),
  parameters: {},
  processor: 'shell',
  requiredTags: ['gpu'],
  waitingFor: 'NO_MATCHING_WORKER',
  parts: { total: 3, waiting: 0, running: 0, succeeded: 3, failed: 0 },
});
const worker = n => ({
  name: `w-${n}`,
  app: 'demo',
  session: String(n),
  held: 1,
  capacity: 4,
  draining: false,
  processors: ['noop'],
  tags: [],
  connectedAt: at(1),
  leaseRemaining: 'PT20S',
  softwareVersion: '1',
  agreement: { protocol: 'http', version: 1 },
  skew: {},
});
const job = n => ({ name: `job-${n}`, job: `job-${n}`, enabled: true, processor: { type: 'noop' }, status: { version: 1, paused: false }, ends: [] });
const stored = { ...job(1), name: 'nightly' };
const token = n => ({ id: String(n), name: `t-${n}`, app: 'demo', role: 'viewer', createdAt: at(n) });
const webhook = n => ({ name: `hook-${n}`, url: 'https://hooks.example/x', events: ['failed'] });
const version = n => ({ version: 900 - n, createdAt: at(n), author: { token: 'me' }, document: stored });
const backfill = n => ({ id: String(n), from: at(900), until: at(300), createdAt: at(n), instances: 2, states: { SUCCEEDED: 2 } });
const attempt = n => ({ attempt: 9 - n, state: 'FAILED', worker: 'w', startedAt: at(n), endedAt: at(n) });

/** Makes a sample item of each list, by the last segment of its path. */
const ITEMS = { instances: run, parts: run, workers: worker, jobs: job, tokens: token, webhooks: webhook, versions: version, backfills: backfill, attempts: attempt };

const OTHERS = {
  'GET /apps/demo/jobs/nightly': { body: stored, etag: '"1-1"' },
  'GET /instances/7': { body: { ...run(0), id: '7', state: 'FAILED' } },
  'GET /apps/demo/waiting': { body: { items: [], total: 0 } },
  'GET /apps/demo/fire-times?until': { body: { items: [] } },
  'GET /apps/demo/end-counts?bucket': { body: { items: [] } },
  'GET /apps/demo/jobs/nightly/fire-times?count': { body: { fireTimes: [] } },
  'GET /apps/demo': { body: { name: 'demo', paused: false } },
  'GET /cluster': { body: { items: [] } },
  'GET /protocol': { body: { recordedMain: 'http', main: 'http', active: ['http', 'akka'], ports: [], softwareVersion: '1', minVersion: 1, maxVersion: 1 } },
  'GET ': { status: 404, body: { code: 'NOT_FOUND' } },
};

function answers(cut) {
  return {
    'GET ': call => {
      const [path, query = ''] = call.call.slice('GET '.length).split('?');
      const [, item] = Object.entries(ITEMS).find(([name]) => path.endsWith(`/${name}`)) ?? [];
      if (!item) {
        const [, other] = Object.entries(OTHERS).find(([start]) => call.call === start || (/[? ]/.test(start.slice(4) || ' ') && call.call.startsWith(start)));
        return other;
      }
      const limit = Number(new URLSearchParams(query).get('limit') ?? 100);
      return { body: { items: Array.from({ length: limit }, (_, n) => item(n)), refused: [], total: limit, next: cut(path, query) ? 'more' : null } };
    },
  };
}

/** The lists that a page may cut without a word. */
const SILENT = new Set([
  // The overview counts neither: it shows the newest ones, and the total that the scheduler counted.
  '/apps/demo/instances?limit=20&state=RUNNING',
  '/apps/demo/jobs?ends=20&filter=FAILING&limit=8&sort=-failingSince',
  '/apps/demo/jobs?filter=OVERDUE&limit=8',
  // Only its refusals are read, and each page has all of them.
  '/workers?limit=1',
]);

for (const [page, params, query, role] of [
  ['overview', DEMO, ''],
  ['workers', DEMO, ''],
  ['workers', DEMO, 'apps=all', 'admin'],
  ['jobs', DEMO, ''],
  ['runs', DEMO, ''],
  ['job', JOB, ''],
  ['job', JOB, 'tab=runs'],
  ['job', JOB, 'tab=versions'],
  ['job', JOB, 'tab=schedule'],
  ['run', { app: 'demo', id: '7' }, ''],
  ['app', DEMO, ''],
  ['cluster', {}, 'to=akka', 'admin'],
]) {
  test(`says on the page ${page} ${query} that a list is truncated`, async () => {
    const shown = async cut => {
      open({ role, answers: answers(cut) });
      return (await openPage(page, params, query)).text();
    };
    const whole = await shown(() => false);
    assert.doesNotMatch(whole, /HTTP 404/);
    const lists = [...new Set(reads().filter(call => Object.keys(ITEMS).some(name => call.split('?')[0].endsWith(`/${name}`))))];
    for (const list of lists.filter(one => !SILENT.has(one))) {
      const path = list.split('?')[0];
      const only = new URLSearchParams(list.split('?')[1]);
      ['after', 'createdFrom', 'createdUntil'].forEach(name => only.delete(name));
      const text = await shown((asked, query) => asked === path && [...only].every(([name, value]) => new URLSearchParams(query).get(name) === value));
      assert.notEqual(text, whole, `${list} was cut, and the page says nothing`);
    }
  });
}
