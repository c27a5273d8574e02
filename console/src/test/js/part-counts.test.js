import test from 'node:test';
import assert from 'node:assert/strict';
import { endedOf, nodeSharesOf, percentOf, sharesOf } from '../../main/resources/META-INF/orrery-console/js/part-counts.js';

const counts = { total: 500, made: 105, active: 93, succeeded: 9, failed: 3 };

test('counts succeeded and failed parts as ended', () => {
  assert.equal(endedOf(counts), 12);
});

test('returns 100 percent only when all parts have ended', () => {
  assert.equal(percentOf(counts), 2);
  assert.equal(percentOf({ total: 1000, succeeded: 999, failed: 0 }), 99);
  assert.equal(percentOf({ total: 3, succeeded: 2, failed: 1 }), 100);
});

test('divides all parts into shares, failed ones first', () => {
  const shares = sharesOf(counts);
  assert.deepEqual(
    shares.map(({ key, count }) => [key, count]),
    [
      ['failed', 3],
      ['succeeded', 9],
      ['active', 93],
      ['notMade', 395],
    ],
  );
  assert.equal(
    shares.reduce((sum, { count }) => sum + count, 0),
    counts.total,
  );
});

test('marks parts that an ended run has not created as never created', () => {
  const keys = hasEnded => sharesOf(counts, { hasEnded }).map(({ key }) => key).at(-1);
  assert.deepEqual([keys(false), keys(true)], ['notMade', 'neverMade']);
});

test('counts skipped nodes as ended, and divides all nodes into shares', () => {
  const nodes = { total: 7, waiting: 2, active: 1, succeeded: 2, failed: 1, skipped: 1 };
  assert.equal(endedOf(nodes), 4);
  assert.equal(percentOf(nodes), 57);
  assert.deepEqual(
    nodeSharesOf(nodes).map(({ key, count }) => [key, count]),
    [
      ['failed', 1],
      ['succeeded', 2],
      ['skipped', 1],
      ['active', 1],
      ['waiting', 2],
    ],
  );
});
