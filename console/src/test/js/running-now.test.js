import test from 'node:test';
import assert from 'node:assert/strict';
import { restMillis, runningRows } from '../../main/resources/META-INF/orrery-console/js/running-now.js';

const NOW = Date.parse('2027-03-31T12:10:00Z');
const STARTED = '2027-03-31T12:00:00Z';
const report = (percent, at, message = null) => ({ percent, at, message });

test('estimates the remaining time from the speed until the last report', () => {
  // 40 % after 8 minutes: 20 minutes in all, of which 10 have passed.
  assert.equal(restMillis({ startedAt: STARTED, progress: report(40, '2027-03-31T12:08:00Z') }, NOW), 600_000);
});

test('estimates nothing without progress, at 0 and 100 %, and when the estimate is over', () => {
  const cases = {
    'no report': null,
    'nothing done': report(0, '2027-03-31T12:08:00Z'),
    'all done': report(100, '2027-03-31T12:08:00Z'),
    'late': report(90, '2027-03-31T12:08:00Z'),
    'reported before the start of this attempt': report(40, '2027-03-31T11:59:00Z'),
  };
  for (const [name, progress] of Object.entries(cases)) {
    assert.equal(restMillis({ startedAt: STARTED, progress }, NOW), null, name);
  }
  assert.equal(restMillis({ startedAt: null, progress: report(40, '2027-03-31T12:08:00Z') }, NOW), null);
});

test('lists the longest-running run first and omits ended ones', () => {
  const instances = [
    { id: '3', state: 'RUNNING', startedAt: '2027-03-31T12:09:00Z', progress: report(10, '2027-03-31T12:09:30Z', 'copying') },
    { id: '2', state: 'SUCCEEDED', startedAt: STARTED },
    { id: '1', state: 'RUNNING', startedAt: STARTED, progress: null },
  ];
  const rows = runningRows(instances, NOW);
  assert.deepEqual(rows.map(row => [row.instance.id, row.ranMillis, row.percent, row.message]), [
    ['1', 600_000, null, null],
    ['3', 60_000, 10, 'copying'],
  ]);
});

test('derives the progress of a run with parts from its ended parts', () => {
  const parts = { total: 8, made: 8, active: 6, succeeded: 1, failed: 1 };
  const [row] = runningRows([{ id: '1', state: 'RUNNING', startedAt: STARTED, progress: null, parts }], NOW);
  assert.equal(row.percent, 25);
});

test('shows no negative time when the browser clock is behind', () => {
  const [row] = runningRows([{ id: '1', state: 'RUNNING', startedAt: '2027-03-31T12:11:00Z' }], NOW);
  assert.equal(row.ranMillis, 0);
});
