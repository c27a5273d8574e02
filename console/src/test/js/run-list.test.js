import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MOST_ROWS, RunList, compareIds } from '../../main/resources/META-INF/orrery-console/js/run-list.js';

const items = (...ids) => ids.map(id => ({ id: String(id), state: 'RUNNING' }));
const page = (next, ...ids) => ({ items: items(...ids), next });
const ids = list => list.rows.map(row => row.id).join(' ');

test('compares ids of 63 bits as numbers', () => {
  assert.ok(compareIds('9223372036854775807', '9223372036854775806') > 0);
  assert.ok(compareIds('99', '100') < 0);
  assert.equal(compareIds('7', '7'), 0);
});

test('updates a held list in place and counts new rows', () => {
  const list = new RunList();
  list.take(page('8', 10, 9, 8), true);
  list.take({ items: [...items(12, 11), { id: '10', state: 'FAILED' }], next: '10' }, true);
  assert.equal(ids(list), '10 9 8');
  assert.equal(list.rows[0].state, 'FAILED');
  assert.equal(list.fresh, 2);
  list.showAll();
  assert.equal(ids(list), '12 11 10 9 8');
  assert.equal(list.fresh, 0);
});

test('keeps older pages after the newest page unless there is a gap', () => {
  const list = new RunList();
  list.take(page('9', 10, 9), false);
  list.more(page('7', 8, 7));
  assert.equal(ids(list), '10 9 8 7');
  list.take(page('10', 11, 10), false);
  assert.equal(ids(list), '11 10 9 8 7');
  assert.equal(list.next, '7');
  list.take(page('20', 21, 20), false);
  assert.equal(ids(list), '21 20');
  assert.equal(list.next, '20');
});

test('marks rows that no longer match the filter until the list is refreshed', () => {
  const list = new RunList();
  list.take(page('8', 10, 9, 8), true);
  list.take(page('7', 10, 8, 7), true);
  assert.deepEqual([...list.left], ['9']);
  list.take(page('8', 10, 9, 8), true);
  assert.deepEqual([...list.left], []);
  list.take(page(null), true);
  assert.deepEqual([...list.left], ['10', '9', '8']);
  list.showAll();
  assert.equal(ids(list), '');
});

test('shows a row loaded twice only once', () => {
  const list = new RunList();
  list.take(page('9', 10, 9), false);
  list.more(page(null, 9, 8));
  assert.equal(ids(list), '10 9 8');
  assert.equal(list.next, null);
});

test('reports how far an incomplete search came', () => {
  const list = new RunList();
  list.take({ items: [], next: '5', examinedFrom: '2027-03-28T11:00:00Z' }, false);
  assert.equal(list.examinedFrom, '2027-03-28T11:00:00Z');
  list.more({ items: [], next: '3', examinedFrom: '2027-03-28T10:00:00Z' });
  assert.equal(list.examinedFrom, '2027-03-28T10:00:00Z');
  list.more({ items: [{ id: '2' }], next: null });
  assert.equal(list.examinedFrom, null);
});

test('keeps results of an extended search when the newest page is reloaded', () => {
  const list = new RunList();
  const newest = { items: [], next: '900', examinedFrom: '2027-03-28T11:00:00Z' };
  list.take(newest, false);
  list.more({ items: [], next: '500', examinedFrom: '2027-03-28T10:00:00Z' });
  list.take({ ...newest, next: '950' }, false);
  assert.deepEqual([list.next, list.examinedFrom], ['500', '2027-03-28T10:00:00Z']);
  list.more({ items: [{ id: '300' }], next: '200', examinedFrom: '2027-03-28T09:00:00Z' });
  list.take({ items: [{ id: '980' }], next: '960', examinedFrom: '2027-03-28T11:00:00Z' }, false);
  assert.deepEqual(list.rows.map(row => row.id), ['980', '300']);
  assert.equal(list.next, '200');
  list.clear();
  list.take(newest, false);
  assert.deepEqual([list.next, list.examinedFrom], ['900', '2027-03-28T11:00:00Z']);
});

/** A page of the ids from `first` down. */
const down = (first, count) => ({ items: items(...Array.from({ length: count }, (_, index) => first - index)), next: String(first - count + 1) });

test('drops the newest rows of a list that is too long, and holds it until they are shown', () => {
  const list = new RunList();
  list.take(down(20_000, 100), false);
  for (let first = 19_900; list.rows.length < MOST_ROWS; first -= 100) {
    list.more(down(first, 100));
  }
  assert.equal(list.dropped, 0);
  const oldest = Number(list.next);
  list.more(down(oldest - 1, 100));
  assert.deepEqual([list.rows.length, list.dropped, list.rows[0].id, list.next], [MOST_ROWS, 100, '19900', String(oldest - 100)]);
  list.take(down(20_001, 100), false);
  assert.deepEqual([list.rows[0].id, list.dropped], ['19900', 100]);
  list.showAll();
  assert.deepEqual([list.rows.length, list.dropped, list.rows[0].id, list.next], [100, 0, '20001', '19902']);
});

test('restarts an extended search without a gap after dropping its newest rows', () => {
  const list = new RunList();
  list.take({ ...down(20_000, 100), examinedFrom: '2027-03-28T11:00:00Z' }, false);
  list.more(down(19_000, MOST_ROWS));
  list.showAll();
  assert.deepEqual([list.rows.length, list.next, list.examinedFrom], [100, '19901', '2027-03-28T11:00:00Z']);
});

test('drops the oldest rows when new ones arrive, and reloads them on demand', () => {
  const list = new RunList();
  list.take(down(20_000, MOST_ROWS), false);
  list.more(down(20_000 - MOST_ROWS, 0));
  list.take({ ...down(20_060, 100) }, false);
  assert.deepEqual([list.rows.length, list.rows[0].id, list.rows.at(-1).id], [MOST_ROWS, '20060', list.next]);
});
