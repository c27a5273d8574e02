import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createApi } from '../../main/resources/META-INF/orrery-console/js/api.js';
import { SPANS, countsRead, overviewReads } from '../../main/resources/META-INF/orrery-console/js/overview-reads.js';

const measured = JSON.parse(readFileSync(new URL('../../../../benchmarks/src/main/resources/overview-calls.json', import.meta.url), 'utf8'));

const NOW = Date.parse('2027-03-28T11:22:33.456Z');
const now = () => NOW;
const PLACEHOLDERS = {
  '2027-03-28T11%3A23%3A00.000Z': '{minute}',
  '2027-03-28T12%3A23%3A00.000Z': '{minute+1h}',
  '2027-03-28T10%3A23%3A00.000Z': '{minute-1h}',
  '/demo': '/{app}',
  'app=demo': 'app={app}',
};

/** An API that answers each call as if it were a list, and notes it. */
function recorded({ items = {}, more = {} } = {}) {
  const calls = [];
  const fetch = async (url, { headers }) => {
    let path = url;
    for (const [text, placeholder] of Object.entries(PLACEHOLDERS)) {
      path = path.replace(text, placeholder);
    }
    calls.push({ path, headers });
    const body = { ...more, items: Object.entries(items).find(([part]) => url.includes(part))?.[1] ?? [] };
    return { ok: true, status: 200, headers: new Headers(), text: async () => JSON.stringify(body) };
  };
  return { calls, api: createApi({ root: '/', fetch, now }) };
}

async function readsAsMeasured(admin) {
  const { api, calls } = recorded();
  const reads = [...Object.values(overviewReads(api, 'demo', { admin, now })), countsRead(api, 'demo', '1h', { now })];
  const found = [];
  for (const { every, load } of reads) {
    const before = calls.length;
    await load();
    found.push({ every, calls: calls.slice(before).map(call => call.path) });
    calls.slice(before).forEach(call => assert.deepEqual(call.headers, measured.headers));
  }
  return found;
}

test('makes the same calls in the benchmark as on the page', async () => {
  const ofAll = measured.reads.filter(read => read.role !== 'admin');
  assert.deepEqual(await readsAsMeasured(false), ofAll);
  assert.deepEqual(await readsAsMeasured(true), measured.reads.map(({ every, calls }) => ({ every, calls })));
});

const end = (id, state) => ({ id, state, endedAt: `2027-03-28T11:0${id}:00Z` });
const failing = (job, ...ends) => ({ job, failingSince: `2027-03-28T11:0${ends.at(-1).id}:00Z`, lastError: 'no', ends });

test('lists failing jobs by their latest failure, newest first', async () => {
  const statistics = [
    failing('gamma', end('6', 'TIMED_OUT')),
    failing('alpha', end('5', 'CANCELED'), end('4', 'FAILED'), end('3', 'TIMED_OUT')),
    { job: 'beta', ends: [end('7', 'SUCCEEDED')] },
  ];
  const { api, calls } = recorded({ items: { '/jobs?': statistics.map(({ job }) => ({ name: job })) }, more: { statistics, total: 9 } });
  const { jobs, total } = await overviewReads(api, 'demo').failing.load();
  assert.deepEqual(jobs.map(job => [job.job, job.last.id]), [['gamma', '6'], ['alpha', '4']]);
  assert.equal(total, 9);
  assert.equal(calls.length, 2);
});

const node = (name, job) => ({ name, job, needs: [] });
const flow = (name, ...jobs) => ({ name, processor: { type: 'flow', nodes: jobs.map(job => node(`of-${job}`, job)) } });

async function failingRows(documents, ends) {
  const statistics = Object.entries(ends).map(([job, own]) => failing(job, own));
  const { api } = recorded({ items: { '/jobs?': documents.filter(({ name }) => ends[name]) }, more: { statistics, total: 9 } });
  const { jobs } = await overviewReads(api, 'demo').failing.load();
  return jobs.map(job => [job.job, ...job.nodes.map(one => one.job)]);
}

test('shows a failing flow and its failed nodes as one row', async () => {
  const documents = [flow('month', 'orders', 'report'), flow('orders', 'check', 'ship'), { name: 'check' }, { name: 'report' }];
  const ran = runMillis => ({ ...end('6', 'FAILED'), runMillis });
  const ends = { month: ran(300_000), orders: { ...end('5', 'FAILED'), runMillis: 120_000 }, check: end('4', 'FAILED') };

  assert.deepEqual(await failingRows(documents, { ...ends, report: end('7', 'FAILED') }), [['month', 'orders', 'check'], ['report']]);
  assert.deepEqual(await failingRows(documents, { ...ends, check: end('2', 'FAILED') }), [['month', 'orders'], ['check']]);
  assert.deepEqual(await failingRows(documents, { ...ends, month: ran(null) }), [['month'], ['orders', 'check']]);
});

test('shows one of two flows that name each other', async () => {
  const ran = { ...end('6', 'FAILED'), runMillis: 60_000 };
  assert.deepEqual(await failingRows([flow('a', 'b'), flow('b', 'a')], { a: ran, b: ran }), [['a', 'b']]);
});

test('shows only fires of the next hour, although it requests whole minutes', async () => {
  const items = [{ job: 'a', at: '2027-03-28T12:22:33Z', more: false }, { job: 'b', at: '2027-03-28T12:22:50Z', more: true }];
  const { api } = recorded({ items: { 'fire-times': items } });
  assert.deepEqual(await overviewReads(api, 'demo', { now }).fires.load(), { from: NOW, items: [items[0]], cut: false });
});

test('divides each chart span into whole buckets', async () => {
  for (const [span, { length, millis }] of Object.entries(SPANS)) {
    const { api } = recorded();
    const { from, until } = await countsRead(api, 'demo', span, { now }).load();
    assert.equal(until - from, length);
    assert.equal(until % millis, 0);
    assert.ok(until >= NOW && until - NOW < millis);
  }
});
