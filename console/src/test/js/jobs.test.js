import test from 'node:test';
import assert from 'node:assert/strict';
import { attentionOf, filterJobs, loadStatistics, nextSort, readSort, sortJobs } from '../../main/resources/META-INF/orrery-console/js/job-statistics.js';
import { withEnabled } from '../../main/resources/META-INF/orrery-console/js/job-edit.js';

const job = (name, more = {}) => ({ name, enabled: true, processor: { type: 'noop' }, status: { paused: false }, ...more });
const names = jobs => jobs.map(one => one.name);

test('figures are read 100 jobs a call, and ends are put oldest first', async () => {
  const calls = [];
  const api = {
    getJobStatistics: async args => {
      calls.push(args.job.length);
      return { items: args.job.map(name => ({ job: name, ends: [{ id: '2' }, { id: '1' }] })) };
    },
  };
  const found = await loadStatistics(api, 'demo', Array.from({ length: 230 }, (_, i) => `j${i}`));
  assert.deepEqual(calls, [100, 100, 30]);
  assert.equal(found.size, 230);
  assert.deepEqual(found.get('j0').ends.map(end => end.id), ['1', '2']);
});

test('a pause comes before all else, and a disabled job does not fail', () => {
  const failing = { failingSince: '2027-01-01T00:00:00Z' };
  assert.equal(attentionOf(job('a', { status: { paused: true }, enabled: false }), failing), 'PAUSED');
  assert.equal(attentionOf(job('a', { enabled: false }), failing), 'DISABLED');
  assert.equal(attentionOf(job('a'), failing), 'FAILING');
  assert.equal(attentionOf(job('a'), {}), null);
  assert.equal(attentionOf(job('a'), undefined), null);
});

test('all words of the search must match, in name, processor or owner', () => {
  const jobs = [job('nightly'), job('Nightly-mail', { processor: { type: 'java', name: 'Mailer' } }), job('x', { status: { owner: 'mail-repo' } })];
  assert.deepEqual(names(filterJobs(jobs, { query: 'NIGHT mail' })), ['Nightly-mail']);
  assert.deepEqual(names(filterJobs(jobs, { query: 'mail' })), ['Nightly-mail', 'x']);
  const figures = new Map([['nightly', { failingSince: 'x' }]]);
  assert.deepEqual(names(filterJobs(jobs, { state: 'failing' }, figures)), ['nightly']);
});

test('jobs without a value come last in both directions', () => {
  const jobs = [job('c'), job('a', { status: { nextFireTime: '2027-01-02T00:00:00Z' } }), job('b', { status: { nextFireTime: '2027-01-01T00:00:00Z' } })];
  assert.deepEqual(names(sortJobs(jobs, { key: 'next', down: false })), ['b', 'a', 'c']);
  assert.deepEqual(names(sortJobs(jobs, { key: 'next', down: true })), ['a', 'b', 'c']);
  const paused = job('p', { status: { paused: true, nextFireTime: '2026-01-01T00:00:00Z' } });
  assert.deepEqual(names(sortJobs([paused, ...jobs], { key: 'next', down: false })), ['b', 'a', 'c', 'p']);
});

test('figures are sorted as numbers', () => {
  const jobs = [job('a'), job('b'), job('c')];
  const figures = new Map([['a', { runMillisP95: 1000 }], ['b', { runMillisP95: 90 }], ['c', { runMillisP95: 0 }]]);
  assert.deepEqual(names(sortJobs(jobs, { key: 'duration', down: false }, figures)), ['c', 'b', 'a']);
  assert.deepEqual(names(sortJobs(jobs, { key: 'duration', down: true }, figures)), ['a', 'b', 'c']);
});

test('a sort is in the address, and turns around', () => {
  const first = { key: 'name', down: false };
  assert.deepEqual(readSort('-next', ['name', 'next'], first), { key: 'next', down: true });
  assert.deepEqual(readSort('evil', ['name', 'next'], first), first);
  assert.deepEqual(readSort(null, ['name'], first), first);
  assert.equal(nextSort({ key: 'next', down: false }, 'next'), '-next');
  assert.equal(nextSort({ key: 'next', down: true }, 'next'), 'next');
  assert.equal(nextSort(first, 'next'), 'next');
});

test('a job is enabled with its whole document, and nothing of the scheduler', () => {
  const stored = { name: 'a', processor: { type: 'noop' }, parameters: { x: '1' }, enabled: false, status: { version: 3 }, pause: { note: 'n' } };
  assert.deepEqual(withEnabled(stored, true, '"3-1"'), { name: 'a', processor: { type: 'noop' }, parameters: { x: '1' }, enabled: true, etag: '"3-1"' });
});
