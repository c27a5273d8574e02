import test from 'node:test';
import assert from 'node:assert/strict';
import { attentionOf, nextSort, readSort } from '../../main/resources/META-INF/orrery-console/js/job-statistics.js';
import { PageTrail, fromApi, jobsCommand, toApi } from '../../main/resources/META-INF/orrery-console/js/job-list.js';
import { withEnabled } from '../../main/resources/META-INF/orrery-console/js/job-edit.js';

const job = (name, more = {}) => ({ name, enabled: true, processor: { type: 'noop' }, status: { paused: false }, ...more });

test('turns an address into one call that searches, filters and sorts', () => {
  const call = text => toApi(new URLSearchParams(text));
  assert.deepEqual(call(''), { search: undefined, label: undefined, filter: undefined, sort: undefined, limit: 100, ends: 20 });
  assert.deepEqual(call('q=+bulk&state=failing&sort=-success'), { search: 'bulk', label: undefined, filter: 'FAILING', sort: '-successRate', limit: 100, ends: 20 });
  assert.equal(call('state=overdue').filter, 'OVERDUE');
  assert.equal(call('sort=-name').sort, '-name');
  assert.equal(call('sort=next').sort, 'nextFireTime');
  assert.equal(call('state=evil').filter, undefined);
  assert.equal(call('sort=evil').sort, undefined);
  assert.equal(call('label=team:billing').label, 'team:billing');
  assert.equal(call('label=team').label, undefined);
  assert.equal(call(`q=${'x'.repeat(300)}`).search.length, 100);
});

test('assigns figures by job name, with ends in the order of time', () => {
  const { figures, items } = fromApi({ items: [{ name: 'a' }], statistics: [{ job: 'a', ends: [{ id: '2' }, { id: '1' }], successRate: 1 }] });
  assert.deepEqual(figures.get('a'), { job: 'a', ends: [{ id: '1' }, { id: '2' }], successRate: 1 });
  assert.deepEqual(items, [{ name: 'a' }]);
  assert.equal(fromApi({ items: [] }).figures.size, 0);
});

test('includes the label in the equivalent command', () => {
  assert.equal(jobsCommand('demo', ''), 'orrery jobs --app demo');
  assert.equal(jobsCommand('demo', 'team:billing'), 'orrery jobs --app demo --label team=billing');
  assert.equal(jobsCommand('demo', 'team:$(x) y'), "orrery jobs --app demo --label 'team=$(x) y'");
});

test('pages forwards and backwards', () => {
  const trail = new PageTrail();
  trail.back();
  assert.deepEqual([trail.after, trail.before, trail.isFirst], [undefined, 0, true]);
  trail.next({ items: [1, 2], next: 'b' });
  trail.next({ items: [3], next: 'c' });
  assert.deepEqual([trail.after, trail.before, trail.isFirst], ['c', 3, false]);
  trail.back();
  assert.deepEqual([trail.after, trail.before], ['b', 2]);
  trail.restart();
  assert.equal(trail.isFirst, true);
});

test('shows a pause before any other state, and never shows a disabled job as failing', () => {
  const failing = { failingSince: '2027-01-01T00:00:00Z' };
  assert.equal(attentionOf(job('a', { status: { paused: true }, enabled: false }), failing), 'PAUSED');
  assert.equal(attentionOf(job('a', { enabled: false }), failing), 'DISABLED');
  assert.equal(attentionOf(job('a'), failing), 'FAILING');
  assert.equal(attentionOf(job('a'), {}), null);
  assert.equal(attentionOf(job('a'), undefined), null);
});

test('stores the sort order in the address and reverses it', () => {
  const first = { key: 'name', down: false };
  assert.deepEqual(readSort('-next', ['name', 'next'], first), { key: 'next', down: true });
  assert.deepEqual(readSort('evil', ['name', 'next'], first), first);
  assert.deepEqual(readSort(null, ['name'], first), first);
  assert.equal(nextSort({ key: 'next', down: false }, 'next'), '-next');
  assert.equal(nextSort({ key: 'next', down: true }, 'next'), 'next');
  assert.equal(nextSort(first, 'next'), 'next');
});

test('enables a job by sending its whole document without fields of the scheduler', () => {
  const stored = { name: 'a', processor: { type: 'noop' }, parameters: { x: '1' }, enabled: false, status: { version: 3 }, pause: { note: 'n' } };
  assert.deepEqual(withEnabled(stored, true, '"3-1"'), { name: 'a', processor: { type: 'noop' }, parameters: { x: '1' }, enabled: true, etag: '"3-1"' });
});
