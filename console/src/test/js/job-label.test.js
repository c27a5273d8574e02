import test from 'node:test';
import assert from 'node:assert/strict';
import { hasLabels, isLabel, isWebAddress, labelsOf, splitLabel } from '../../main/resources/META-INF/orrery-console/js/job-label.js';

test('distinguishes labels from other texts', () => {
  for (const label of ['team:billing', 'a.b/c-d_1:x y', ' team:b:c ', 'team=billing']) {
    assert.equal(isLabel(label), true, label);
  }
  for (const text of ['', 'team', ':billing', 'team:', 'te am:x', `${'n'.repeat(64)}:x`]) {
    assert.equal(isLabel(text), false, text);
  }
});

test('splits a label at its first colon or equals sign', () => {
  assert.deepEqual(splitLabel('team=b:c'), ['team', 'b:c']);
  assert.deepEqual(splitLabel('team:b=c'), ['team', 'b=c']);
  assert.deepEqual(splitLabel(' url: https://h:1 '), ['url', 'https://h:1']);
  assert.deepEqual(splitLabel('team'), ['team', '']);
});

test('writes labels as texts', () => {
  assert.deepEqual(labelsOf({ team: 'billing', tier: 'gold' }), ['team:billing', 'tier:gold']);
  assert.deepEqual(labelsOf(undefined), []);
});

test('matches a job only if it has each required label', () => {
  const job = { labels: { team: 'billing', tier: 'gold' } };
  assert.equal(hasLabels(job, { team: 'billing' }), true);
  assert.equal(hasLabels(job, { team: 'billing', tier: 'silver' }), false);
  assert.equal(hasLabels({}, { constructor: 'x' }), false);
  assert.equal(hasLabels({}, undefined), true);
});

test('accepts only http and https addresses', () => {
  assert.equal(isWebAddress('https://wiki.example.org/a'), true);
  assert.equal(isWebAddress('HTTP://wiki'), true);
  for (const url of ['javascript:alert(1)', ' javascript:alert(1)', 'data:text/html,x', '/path', '']) {
    assert.equal(isWebAddress(url), false, url);
  }
});
