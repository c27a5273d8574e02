import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figuresOf, quantile } from '../../main/resources/META-INF/orrery-console/js/run-figures.js';

test('excludes skipped, canceled and active runs from the success rate', () => {
  const runs = ['SUCCEEDED', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'SKIPPED', 'CANCELED', 'RUNNING'].map(state => ({
    state,
    runMillis: null,
  }));
  assert.deepEqual(figuresOf(runs), { ends: 4, successRate: 0.5, p50: null, p95: null });
  assert.equal(figuresOf([]).successRate, null);
});

test('returns only measured values as quantiles', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  assert.equal(quantile(values, 0.5), 50);
  assert.equal(quantile(values, 0.95), 95);
  assert.equal(quantile([7], 0.95), 7);
  assert.equal(quantile([], 0.5), null);
  assert.equal(quantile([10, 9, 100], 0.5), 10);
});
