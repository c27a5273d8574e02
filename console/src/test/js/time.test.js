import test from 'node:test';
import assert from 'node:assert/strict';
import { exact, formatDuration, formatInZone, formatInstant, formatMillis, millisOfDuration, setTimeMode, timeMode } from '../../main/resources/META-INF/orrery-console/js/time.js';
import { useMessages } from '../../main/resources/META-INF/orrery-console/js/i18n.js';

const now = Date.parse('2027-03-28T12:00:00Z');

test('formats a relative time with one unit below a day and two up to a week', () => {
  const at = text => formatInstant(text, now, 'relative');
  assert.equal(at('2027-03-28T11:59:59.500Z'), 'now');
  assert.equal(at('2027-03-28T11:59:48Z'), '12s ago');
  assert.equal(at('2027-03-28T12:05:59Z'), 'in 5m');
  assert.equal(at('2027-03-28T09:00:01Z'), '2h ago');
  assert.equal(at('2027-03-26T08:00:00Z'), '2d 4h ago');
  assert.equal(at('2027-05-07T12:30:00Z'), 'in 40d');
  assert.equal(at(null), '–');
});

test('formats a relative time in Chinese', () => {
  useMessages('zh-CN', {});
  assert.equal(formatInstant('2027-03-28T11:55:00Z', now, 'relative'), '5 分钟前');
  assert.equal(formatInstant('2027-03-28T15:00:00Z', now, 'relative'), '3 小时后');
  useMessages('en', {});
});

test('marks UTC times as UTC', () => {
  assert.equal(formatInstant('2001-03-28T11:59:48.123Z', now, 'utc'), '2001-03-28 11:59:48Z');
  assert.match(exact('2027-03-28T11:59:48Z'), /^2027-03-\d\d \d\d:\d\d:48 [+−]\d\d:\d\d · 2027-03-28 11:59:48Z$/);
});

test('accepts only known modes in the time switch', () => {
  setTimeMode('utc');
  assert.equal(timeMode(), 'utc');
  setTimeMode('<img>');
  assert.equal(timeMode(), 'relative');
});

test('formats spans with at most two units', () => {
  const texts = [0, 84.4, 1234, 12_999, 200_000, 7_500_000, 273_600_000, 3_600_000].map(formatMillis);
  assert.deepEqual(texts, ['0ms', '84ms', '1.2s', '12s', '3m 20s', '2h 5m', '3d 4h', '1h']);
  assert.equal(formatMillis(null), '–');
});

test('parses durations of the API and of job documents', () => {
  assert.equal(millisOfDuration('PT1H30M'), 5_400_000);
  assert.equal(millisOfDuration('P2DT3H'), 183_600_000);
  assert.equal(millisOfDuration('PT0.25S'), 250);
  assert.equal(millisOfDuration('PT-0.004S'), -4);
  assert.equal(millisOfDuration('1h30m'), 5_400_000);
  assert.equal(millisOfDuration('500ms'), 500);
  assert.equal(millisOfDuration('ten minutes'), null);
  assert.equal(millisOfDuration(''), null);
  assert.equal(formatDuration('PT90S'), '1m 30s');
  assert.equal(formatDuration('soon'), 'soon');
});

test('converts a wall time with the daylight saving of its zone', () => {
  assert.equal(formatInZone('2027-03-28T00:59:00Z', 'Europe/Berlin'), '2027-03-28 01:59:00');
  assert.equal(formatInZone('2027-03-28T01:00:00Z', 'Europe/Berlin'), '2027-03-28 03:00:00');
});
