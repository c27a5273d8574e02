import test from 'node:test';
import assert from 'node:assert/strict';
import { filledBuckets, linePoints, niceCeiling, placedParts, spans, stack, timeTicks, totals } from '../../main/resources/META-INF/orrery-console/js/chart-geometry.js';

test('keeps few failures visible beside many other ends, within the chart', () => {
  const parts = stack([{ start: 'a', counts: { SUCCEEDED: 50_000, FAILED: 128 } }], ['SUCCEEDED', 'FAILED']).bars[0].parts;
  const leastOf = state => (state === 'FAILED' ? 6 : 1.5);
  const [succeeded, failed] = placedParts(parts, 120, leastOf);
  assert.equal(failed.height, 6);
  assert.equal(failed.y + failed.height, succeeded.y);
  assert.equal(succeeded.y + succeeded.height, 120);
  const full = placedParts([{ state: 'SUCCEEDED', from: 0, to: 0.999 }, { state: 'FAILED', from: 0.999, to: 1 }], 120, leastOf);
  assert.deepEqual([full[1].y, full[1].height].map(Math.round), [0, 6]);
  assert.deepEqual(placedParts([], 120, leastOf), []);
});

test('rounds the top of an axis up to a round number', () => {
  assert.deepEqual([0, 0.3, 1, 3, 7, 10, 11, 260, 999, 1001].map(niceCeiling), [1, 1, 1, 5, 10, 10, 20, 500, 1000, 2000]);
});

test('stacks counts from the bottom in the order of the states', () => {
  const items = [{ start: 'a', counts: { FAILED: 2, SUCCEEDED: 3 } }, { start: 'b', counts: {} }];
  const { max, total, bars } = stack(items, ['SUCCEEDED', 'FAILED']);
  assert.deepEqual([max, total], [5, 5]);
  assert.deepEqual(bars[0].parts, [
    { state: 'SUCCEEDED', count: 3, from: 0, to: 0.6 },
    { state: 'FAILED', count: 2, from: 0.6, to: 1 },
  ]);
  assert.deepEqual(bars[1], { start: 'b', sum: 0, parts: [] });
  assert.deepEqual(totals(items, ['SUCCEEDED', 'FAILED']), { SUCCEEDED: 3, FAILED: 2 });
});

test('fills missing buckets with zero over the whole span', () => {
  const from = Date.parse('2027-01-01T00:00:30Z');
  const until = Date.parse('2027-01-01T00:04:00Z');
  const filled = filledBuckets([{ start: '2027-01-01T00:02:00Z', counts: { FAILED: 1 } }], from, until, 60_000);
  assert.deepEqual(filled.map(item => item.start.slice(14, 16)), ['00', '01', '02', '03']);
  assert.deepEqual(filled.map(item => item.counts.FAILED ?? 0), [0, 0, 1, 0]);
});

test('draws the largest value of a line at the top', () => {
  assert.deepEqual(linePoints([0, 5, 10], 100, 20), [[0, 20], [50, 10], [100, 0]]);
  assert.deepEqual(linePoints([0], 100, 20), [[0, 20]]);
});

test('keeps segments within the span and short ones visible', () => {
  const [early, point] = spans([{ from: -50, until: 50 }, { from: 100, until: 100 }], 0, 100, 0.01);
  assert.deepEqual([early.start, early.end], [0, 0.5]);
  assert.deepEqual([point.start, point.end], [0.99, 1]);
});

test('limits axis ticks to round times', () => {
  const from = Date.parse('2027-01-01T10:03:20Z');
  const ticks = timeTicks(from, from + 3_600_000);
  assert.ok(ticks.length >= 4 && ticks.length <= 7, String(ticks.length));
  assert.ok(ticks.every(at => at % 60_000 === 0 && new Date(at).getMinutes() % 10 === 0 && at >= from));
  assert.ok(timeTicks(from, from + 7 * 86_400_000).length <= 8);
});
