import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  MODES,
  fromExpression,
  startOf,
  toExpression,
} from '../../main/resources/META-INF/orrery-console/js/cron-builder.js';

test('recognizes each built schedule in its expression', () => {
  for (const mode of MODES.filter(mode => mode !== 'custom')) {
    assert.deepEqual(fromExpression(toExpression(startOf(mode))), startOf(mode), mode);
  }
  assert.equal(toExpression(startOf('custom')), null);
});

for (const [expression, schedule] of [
  ['*/5 * * * *', { mode: 'minutes', every: 5 }],
  ['0 0/20 * * * ?', { mode: 'minutes', every: 20 }],
  ['30 2 * * *', { mode: 'daily', hour: 2, minute: 30 }],
  ['0 0 9 ? * FRI,mon', { mode: 'weekly', hour: 9, minute: 0, days: ['MON', 'FRI'] }],
  ['0 0 9 l * ?', { mode: 'monthly', hour: 9, minute: 0, day: 'L' }],
]) {
  test(`reads ${expression}`, () => assert.deepEqual(fromExpression(expression), schedule));
}

for (const expression of [
  '',
  '@daily',
  '*/5 * * * * *',
  '0 0 9 * * 1',
  '0 0 9 1,15 * *',
  '0 0 9 LW * ?',
  '0 0 9 * JAN *',
  '0 */61 * * * *',
  '0 60 * * * *',
  '0 0 9 1 * MON',
  '0 0 9 0 * *',
]) {
  test(`leaves ${expression || 'nothing'} to the text field`, () =>
    assert.deepEqual(fromExpression(expression), { mode: 'custom' }));
}

test('defaults a weekly schedule without days to Monday', () => {
  assert.equal(toExpression({ ...startOf('weekly'), days: [] }), '0 30 2 * * MON');
  assert.equal(toExpression({ ...startOf('weekly'), days: ['SUN', 'SAT'] }), '0 30 2 * * SAT,SUN');
});
