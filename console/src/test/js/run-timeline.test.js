import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placed, stepsOf, timeline } from '../../main/resources/META-INF/orrery-console/js/run-timeline.js';

const at = seconds => new Date(Date.UTC(2027, 2, 28, 1, 0, 0) + seconds * 1000).toISOString();
const base = Date.parse(at(0));
const instance = values => ({
  state: 'SUCCEEDED',
  fireTime: null,
  dueAt: at(0),
  startedAt: null,
  endedAt: null,
  waitingFor: null,
  ...values,
});
const attempt = (number, state, from, until) => ({
  attempt: number,
  state,
  startedAt: at(from),
  ...(until === undefined ? {} : { endedAt: at(until) }),
});
const short = line =>
  line.segments.map(({ kind, reason, from, until, open }) => [
    kind + (reason ? ':' + reason : ''),
    (from - base) / 1000,
    (until - base) / 1000,
    ...(open ? ['open'] : []),
  ]);

test('shows jitter, wait, attempt and end', () => {
  const line = timeline(
    instance({ fireTime: at(0), dueAt: at(20), endedAt: at(60) }),
    [attempt(1, 'SUCCEEDED', 21, 60)],
    base,
    { jitterMillis: 30_000 },
  );
  assert.deepEqual(short(line), [
    ['jitter', 0, 20],
    ['wait', 20, 21],
    ['attempt', 21, 60],
  ]);
  assert.equal(line.jitter, 20_000);
  assert.equal(line.lateness, 1_000);
  assert.deepEqual(
    line.marks.map(mark => mark.kind),
    ['fire', 'due', 'end'],
  );
  assert.equal(line.open, false);
});

test('shows a delay beyond the trigger jitter as a late fire', () => {
  const line = timeline(
    instance({ fireTime: at(0), dueAt: at(600), endedAt: at(601) }),
    [attempt(1, 'SUCCEEDED', 600, 601)],
    base,
    { jitterMillis: 30_000 },
  );
  assert.equal(line.segments[0].kind, 'caughtUp');
});

test('shows the wait reason of a waiting instance until now', () => {
  const line = timeline(instance({ state: 'WAITING', waitingFor: 'NO_WORKER' }), [], base + 90_000);
  assert.deepEqual(short(line), [['wait:NO_WORKER', 0, 90, 'open']]);
  assert.equal(line.open, true);
});

test('shows the planned wait of a future instance from now to its time', () => {
  const line = timeline(instance({ state: 'WAITING', waitingFor: 'DUE_TIME', dueAt: at(100) }), [], base + 40_000);
  assert.deepEqual(short(line), [['planned:DUE_TIME', 40, 100, 'open']]);
});

test('shows each back-off, and only the last wait after it', () => {
  const line = timeline(
    instance({ dueAt: at(40), endedAt: at(50) }),
    [attempt(1, 'FAILED', 1, 5), attempt(2, 'FAILED', 16, 20), attempt(3, 'SUCCEEDED', 42, 50)],
    base,
  );
  assert.deepEqual(short(line), [
    ['attempt', 1, 5],
    ['wait:BACKOFF', 5, 16],
    ['attempt', 16, 20],
    ['wait:BACKOFF', 20, 40],
    ['wait', 40, 42],
    ['attempt', 42, 50],
  ]);
  assert.equal(line.lateness, null, 'the first due time is no longer known');
});

test('shows until when an instance backs off', () => {
  const line = timeline(
    instance({ state: 'WAITING', waitingFor: 'BACKOFF', dueAt: at(30) }),
    [attempt(1, 'FAILED', 0, 5)],
    base + 10_000,
  );
  assert.deepEqual(short(line), [
    ['attempt', 0, 5],
    ['wait:BACKOFF', 5, 30, 'open'],
  ]);
});

test('shows the wait reason of the API after the back-off', () => {
  const line = timeline(
    instance({ state: 'WAITING', waitingFor: 'CAPACITY', dueAt: at(30) }),
    [attempt(1, 'FAILED', 0, 5)],
    base + 50_000,
  );
  assert.deepEqual(short(line), [
    ['attempt', 0, 5],
    ['wait:BACKOFF', 5, 30],
    ['wait:CAPACITY', 30, 50, 'open'],
  ]);
});

test('shows no back-off after lost and handed-back attempts', () => {
  const line = timeline(
    instance({ endedAt: at(90) }),
    [attempt(1, 'LOST', 0, 30), attempt(2, 'HANDED_BACK', 31, 40), attempt(3, 'SUCCEEDED', 41, 90)],
    base,
  );
  assert.deepEqual(
    short(line).filter(([kind]) => kind.startsWith('wait')),
    [
      ['wait:LOST', 30, 31],
      ['wait:HANDED_BACK', 40, 41],
    ],
  );
});

test('extends a running attempt until now', () => {
  const line = timeline(instance({ state: 'RUNNING', startedAt: at(1) }), [attempt(1, 'RUNNING', 1)], base + 8_000);
  assert.deepEqual(short(line).at(-1), ['attempt', 1, 8, 'open']);
});

test('shows a skipped instance with marks and without segments', () => {
  const line = timeline(instance({ state: 'SKIPPED', fireTime: at(0), endedAt: at(0) }), [], base + 9_000);
  assert.deepEqual(line.segments, []);
  assert.equal(line.start, line.end);
});

test('shows a fire with jitter as waiting for its time', () => {
  const line = timeline(
    instance({ state: 'WAITING', waitingFor: 'DUE_TIME', fireTime: at(0), createdAt: at(0), dueAt: at(20) }),
    [],
    base + 5_000,
  );
  assert.deepEqual(short(line), [['jitter:DUE_TIME', 0, 20, 'open']]);
  assert.equal(line.jitter, 20_000);
});

test('starts the queue of a late fire at its creation', () => {
  const late = timeline(
    instance({ fireTime: at(0), createdAt: at(600), dueAt: at(5), endedAt: at(602) }),
    [attempt(1, 'SUCCEEDED', 601, 602)],
    base,
  );
  assert.deepEqual(short(late), [
    ['jitter', 0, 5],
    ['caughtUp', 5, 600],
    ['wait', 600, 601],
    ['attempt', 601, 602],
  ]);
  assert.deepEqual([late.jitter, late.lateness], [5_000, 596_000]);
  assert.deepEqual(
    stepsOf(late).map(step => step.kind),
    ['fire', 'jitter', 'caughtUp', 'created', 'wait', 'attempt', 'end'],
  );
});

test('shows a backfilled run as due at its creation, without jitter', () => {
  const line = timeline(
    instance({ fireTime: at(0), createdAt: at(7200), dueAt: at(7200), endedAt: at(7201) }),
    [attempt(1, 'SUCCEEDED', 7200, 7201)],
    base,
    { jitterMillis: 10_000_000 },
  );
  assert.deepEqual(short(line).slice(0, 1), [['caughtUp', 0, 7200]]);
  assert.deepEqual([line.jitter, line.lateness], [null, 0]);
});

test('starts a manual retry at its creation despite its earlier fire time', () => {
  const line = timeline(
    instance({ retryOf: '1', fireTime: at(0), createdAt: at(900), dueAt: at(900), endedAt: at(903) }),
    [attempt(1, 'SUCCEEDED', 902, 903)],
    base,
  );
  assert.deepEqual(short(line), [
    ['wait', 900, 902],
    ['attempt', 902, 903],
  ]);
  assert.deepEqual(
    stepsOf(line).map(step => step.kind),
    ['created', 'wait', 'attempt', 'end'],
  );
});

test('shows a future run as planned from its creation, even when canceled', () => {
  const run = { createdAt: at(0), dueAt: at(100) };
  assert.deepEqual(short(timeline(instance({ ...run, state: 'WAITING', waitingFor: 'DUE_TIME' }), [], base + 40_000)), [
    ['planned:DUE_TIME', 0, 100, 'open'],
  ]);
  assert.deepEqual(short(timeline(instance({ ...run, state: 'CANCELED', endedAt: at(30) }), [], base + 200_000)), [
    ['planned', 0, 30],
  ]);
});

test('starts the wait for a resume at the pause', () => {
  const waiting = { state: 'WAITING', waitingFor: 'PAUSED', createdAt: at(0), dueAt: at(0) };
  const paused = timeline(instance(waiting), [], base + 90_000, { pausedAt: base + 60_000 });
  assert.deepEqual(short(paused), [
    ['wait', 0, 60],
    ['wait:PAUSED', 60, 90, 'open'],
  ]);
  assert.equal(paused.waitsSince, base + 60_000);

  const before = timeline(instance(waiting), [], base + 90_000, { pausedAt: base - 60_000 });
  assert.deepEqual(short(before), [['wait:PAUSED', 0, 90, 'open']]);
  assert.equal(before.waitsSince, base);
});

test('starts the wait after a lost attempt at the loss', () => {
  const line = timeline(instance({ state: 'WAITING', waitingFor: 'NO_WORKER' }), [attempt(1, 'LOST', 1, 30)], base + 50_000);
  assert.equal(line.waitsSince, base + 30_000);
});

test('ends a back-off at a cancel between two attempts', () => {
  const line = timeline(
    instance({ state: 'CANCELED', createdAt: at(0), dueAt: at(60), endedAt: at(20) }),
    [attempt(1, 'FAILED', 1, 5)],
    base,
  );
  assert.deepEqual(short(line).at(-1), ['wait:BACKOFF', 5, 20]);
});

test('derives the first due time from the fire time without jitter', () => {
  const run = instance({ fireTime: at(0), createdAt: at(0), dueAt: at(30), endedAt: at(40) });
  const attempts = [attempt(1, 'FAILED', 2, 5), attempt(2, 'SUCCEEDED', 30, 40)];
  assert.equal(timeline(run, attempts, base, { jitterMillis: 0 }).lateness, 2_000);
  assert.equal(timeline(run, attempts, base).lateness, null);
});

test('widens short segments to stay visible within the span', () => {
  const places = placed(
    [
      { from: 0, until: 1 },
      { from: 1, until: 1_000_000 },
      { from: 1_000_000, until: 1_000_000 },
    ],
    600,
    6,
  );
  assert.equal(Math.round(places.at(-1).x + places.at(-1).width), 600);
  assert.ok(places.every(({ width }) => width >= 6));
  assert.deepEqual(placed([], 600), []);
  assert.equal(placed([{ from: 5, until: 5 }], 600)[0].width, 600);
});
