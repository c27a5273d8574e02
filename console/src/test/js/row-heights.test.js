import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RowHeights } from '../../main/resources/META-INF/orrery-console/js/row-heights.js';

test('computes positions of rows of equal height', () => {
  const heights = new RowHeights();
  heights.set(100, null, 18);
  assert.equal(heights.total, 1800);
  assert.equal(heights.top(3), 54);
  assert.equal(heights.at(53), 2);
  assert.equal(heights.at(54), 3);
  assert.equal(heights.at(99_999), 99);
});

test('computes positions of rows of different heights', () => {
  const heights = new RowHeights();
  heights.set(4, index => [1, 3, 1, 2][index], 10);
  assert.equal(heights.total, 70);
  assert.deepEqual(
    [0, 9, 10, 39, 40, 50, 69, 500].map(pixels => heights.at(pixels)),
    [0, 0, 1, 1, 2, 3, 3, 3],
  );
  assert.equal(heights.top(2), 40);
  assert.equal(heights.top(99), 70);
});

test('returns zero for an empty list', () => {
  const heights = new RowHeights();
  heights.set(0, null, 18);
  assert.equal(heights.total, 0);
  assert.equal(heights.at(10), 0);
  heights.set(0, () => 1, 18);
  assert.equal(heights.at(10), 0);
});
