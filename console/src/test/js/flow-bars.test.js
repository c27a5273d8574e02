import test from 'node:test';
import assert from 'node:assert/strict';
import { flowBars } from '../../main/resources/META-INF/orrery-console/js/flow-bars.js';

const START = Date.parse('2027-03-31T10:00:00Z');
const NOW = START + 60_000;
const at = seconds => new Date(START + seconds * 1000).toISOString();
const node = (name, started, ended, more = {}) => ({ name, startedAt: started === null ? null : at(started), endedAt: ended === null ? null : at(ended), reused: false, ...more });

test('places the runs of nodes on one axis in the order of their start', () => {
  const { from, until, rows } = flowBars([node('late', 20, null), node('skipped', null, 30), node('first', 5, 10), node('old', -900, -800, { reused: true })], NOW);
  assert.deepEqual([from, until], [START + 5000, NOW]);
  assert.deepEqual(
    rows.map(row => [row.node.name, row.from && row.from - START, row.until && row.until - START]),
    [
      ['first', 5000, 10_000],
      ['late', 20_000, 60_000],
      ['skipped', null, null],
      ['old', null, null],
    ],
  );
});

test('has no axis before the first start, and no bar that ends before its start', () => {
  assert.equal(flowBars([node('waits', null, null), node('old', 1, 2, { reused: true })], NOW), null);
  assert.deepEqual(flowBars([node('ahead', 70, null)], NOW).rows[0].until, START + 70_000);
});
