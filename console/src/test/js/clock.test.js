import test from 'node:test';
import assert from 'node:assert/strict';
import { ServerClock } from '../../main/resources/META-INF/orrery-console/js/clock.js';

const HOUR = 3_600_000;
const START = Date.parse('2026-05-01T12:00:00Z');

/** Hears answers whose server is `ahead` of the browser; each takes `trip` milliseconds, half of it each way. */
function hear(clock, ahead, { from = 0, count = 20, trip = 80 } = {}) {
  for (let i = 0; i < count; i++) {
    const sentAt = START + from + i * 1370;
    const date = new Date(sentAt + trip / 2 + ahead).toUTCString();
    clock.heard(date, sentAt, sentAt + trip);
  }
  return START + from + count * 1370;
}

test('ignores offsets within the precision of one second', () => {
  const clock = new ServerClock();
  assert.equal(clock.at(START), START);
  hear(clock, 0);
  assert.equal(clock.offset, 0);
  hear(clock, 40);
  assert.equal(clock.offset, 0);
});

test('measures a clock offset of an hour to a tenth of a second', () => {
  for (const ahead of [HOUR, -HOUR]) {
    const clock = new ServerClock();
    hear(clock, ahead);
    assert.ok(Math.abs(clock.offset - ahead) < 100, `${clock.offset}`);
    assert.equal(clock.at(START), START + clock.offset);
    assert.equal(clock.noticedOffset, ahead);
  }
});

test('measures a clock offset to a second from one response', () => {
  const clock = new ServerClock();
  hear(clock, HOUR, { count: 1 });
  assert.ok(Math.abs(clock.offset - HOUR) <= 1000, `${clock.offset}`);
});

test('ignores a slow response when a faster one is known', () => {
  const clock = new ServerClock();
  hear(clock, HOUR);
  const before = clock.offset;
  hear(clock, HOUR, { count: 1, trip: 60_000, from: 100_000 });
  assert.equal(clock.offset, before);
});

test('notices immediately when the browser clock is corrected', () => {
  for (const ahead of [HOUR, -HOUR]) {
    const clock = new ServerClock();
    hear(clock, ahead);
    hear(clock, 0, { from: 200_000, count: 1 });
    assert.ok(Math.abs(clock.offset) < 1000, `${clock.offset}`);
    assert.equal(clock.noticedOffset, 0);
  }
});

test('ignores responses without a valid date and those during a clock change', () => {
  const clock = new ServerClock();
  clock.heard(null, START, START + 10);
  clock.heard('yesterday', START, START + 10);
  clock.heard(new Date(START + HOUR).toUTCString(), START, START - HOUR);
  assert.equal(clock.offset, 0);
});

test('corrects an offset of seconds without a notice', () => {
  const clock = new ServerClock();
  hear(clock, 20_000);
  assert.ok(clock.offset > 19_000);
  assert.equal(clock.noticedOffset, 0);
});
