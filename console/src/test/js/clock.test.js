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

test('a browser whose clock is right keeps it, to the millisecond', () => {
  const clock = new ServerClock();
  assert.equal(clock.at(START), START);
  hear(clock, 0);
  assert.equal(clock.offset, 0);
  hear(clock, 40);
  assert.equal(clock.offset, 0);
});

test('a clock that is wrong by an hour is found to a tenth of a second', () => {
  for (const ahead of [HOUR, -HOUR]) {
    const clock = new ServerClock();
    hear(clock, ahead);
    assert.ok(Math.abs(clock.offset - ahead) < 100, `${clock.offset}`);
    assert.equal(clock.at(START), START + clock.offset);
    assert.equal(clock.noticedOffset, ahead);
  }
});

test('one answer finds it to a second', () => {
  const clock = new ServerClock();
  hear(clock, HOUR, { count: 1 });
  assert.ok(Math.abs(clock.offset - HOUR) <= 1000, `${clock.offset}`);
});

test('a slow answer tells less, and spoils nothing', () => {
  const clock = new ServerClock();
  hear(clock, HOUR);
  const before = clock.offset;
  hear(clock, HOUR, { count: 1, trip: 60_000, from: 100_000 });
  assert.equal(clock.offset, before);
});

test('a clock that is set right while the page is open counts at once', () => {
  for (const ahead of [HOUR, -HOUR]) {
    const clock = new ServerClock();
    hear(clock, ahead);
    hear(clock, 0, { from: 200_000, count: 1 });
    assert.ok(Math.abs(clock.offset) < 1000, `${clock.offset}`);
    assert.equal(clock.noticedOffset, 0);
  }
});

test('answers without a date, with another text, or from a clock that was set in between tell nothing', () => {
  const clock = new ServerClock();
  clock.heard(null, START, START + 10);
  clock.heard('yesterday', START, START + 10);
  clock.heard(new Date(START + HOUR).toUTCString(), START, START - HOUR);
  assert.equal(clock.offset, 0);
});

test('a difference of seconds is corrected without a word', () => {
  const clock = new ServerClock();
  hear(clock, 20_000);
  assert.ok(clock.offset > 19_000);
  assert.equal(clock.noticedOffset, 0);
});
