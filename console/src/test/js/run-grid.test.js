import test from 'node:test';
import assert from 'node:assert/strict';
import {
  hourRows,
  hoursSpan,
  kindOf,
  stateOf,
  sums,
  targetOf,
  weekColumns,
} from '../../main/resources/META-INF/orrery-console/js/run-grid.js';

const NOW = Date.parse('2027-03-31T11:22:33Z');
const HOUR = 3_600_000;
const run = (id, createdAt, state = 'SUCCEEDED', more = {}) => ({ id, createdAt, state, endedAt: createdAt, ...more });

test('shows failures in a cell first, and otherwise its most frequent state', () => {
  assert.equal(stateOf({ SUCCEEDED: 59, FAILED: 1 }), 'FAILED');
  assert.equal(stateOf({ SUCCEEDED: 59, TIMED_OUT: 1, FAILED: 0 }), 'TIMED_OUT');
  assert.equal(stateOf({ SUCCEEDED: 3, SKIPPED: 4, CANCELED: 1 }), 'SKIPPED');
  assert.equal(stateOf({ SUCCEEDED: 1, RUNNING: 1 }), 'RUNNING');
  assert.equal(stateOf({}), null);
  assert.equal(stateOf({ SUCCEEDED: 0 }), null);
});

test('switches to hours when the newest runs cover less than a week', () => {
  const minutely = [run('2', '2027-03-31T11:22:00Z'), run('1', '2027-03-31T09:42:00Z')];
  assert.equal(kindOf(minutely, true, NOW), 'hours');
  assert.equal(kindOf(minutely, false, NOW), 'days', 'the list has all of its runs');
  assert.equal(kindOf([run('2', '2027-03-31T02:30:00Z'), run('1', '2027-01-01T02:30:00Z')], true, NOW), 'days');
  assert.equal(kindOf([], false, NOW), 'days');
});

test('limits the span of hours to whole days that the API keeps', () => {
  for (const zone of ['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/New_York']) {
    const { from, until } = hoursSpan(NOW, zone);
    assert.equal(from % HOUR, 0);
    assert.equal(until, Date.parse('2027-03-31T12:00:00Z'));
    // The API refuses buckets of an hour from more than eight days ago.
    assert.ok(from > NOW - 192 * HOUR, zone);
    assert.ok(until - from > 167 * HOUR, zone);
  }
  assert.equal(hoursSpan(NOW, 'UTC').from, Date.parse('2027-03-24T00:00:00Z'));
  // A day of 25 hours makes the week longer.
  const autumn = Date.parse('2027-11-03T22:59:00Z');
  // An hour is left for a clock that is behind.
  assert.ok(hoursSpan(autumn, 'Europe/Berlin').from >= autumn - 191 * HOUR);
});

test('places each hourly count once in the time zone, newest day first', () => {
  // The clocks of Berlin go from 02:00 to 03:00 on 28 March.
  const span = hoursSpan(NOW, 'Europe/Berlin');
  const items = [
    { start: '2027-03-28T00:00:00Z', counts: { SUCCEEDED: 1 } },
    { start: '2027-03-28T01:00:00Z', counts: { FAILED: 2 } },
    { start: '2027-03-31T11:00:00Z', counts: { SKIPPED: 3 } },
  ];
  const rows = hourRows(items, span, 'Europe/Berlin');
  assert.deepEqual(rows.map(row => row.day), ['31', '30', '29', '28', '27', '26', '25', '24'].map(day => `2027-03-${day}`));
  assert.equal(rows[0].cells[13].sum, 3);
  assert.equal(rows[0].cells[14], null, 'hours to come have no cell');
  const sunday = rows[3].cells;
  assert.equal(sunday[1].state, 'SUCCEEDED');
  assert.equal(sunday[2], null, 'the hour that the clocks skip');
  assert.deepEqual([sunday[3].state, sunday[3].counts], ['FAILED', { FAILED: 2 }]);
  assert.deepEqual(sums(rows.flatMap(row => row.cells)), { SUCCEEDED: 1, FAILED: 2, SKIPPED: 3 });
});

test('merges an hour repeated by a clock change into one cell', () => {
  const span = { from: Date.parse('2027-10-30T22:00:00Z'), until: Date.parse('2027-10-31T04:00:00Z') };
  const items = [
    { start: '2027-10-31T00:00:00Z', counts: { SUCCEEDED: 1 } },
    { start: '2027-10-31T01:00:00Z', counts: { SUCCEEDED: 2, FAILED: 1 } },
  ];
  const [{ cells }] = hourRows(items, span, 'Europe/Berlin');
  assert.deepEqual(cells[2].counts, { SUCCEEDED: 3, FAILED: 1 });
  assert.deepEqual([cells[2].from, cells[2].until], ['2027-10-31T00:00:00Z', '2027-10-31T02:00:00Z'].map(Date.parse));
});

test('ends at the current week and links cells to the newest run of the shown state', () => {
  const runs = [
    run('9', '2027-03-31T02:30:00Z', 'RUNNING', { endedAt: null }),
    run('8', '2027-03-30T03:00:00Z'),
    run('7', '2027-03-30T02:30:00Z', 'FAILED'),
    run('6', '2027-03-30T02:00:00Z', 'FAILED'),
  ];
  const columns = weekColumns(runs, NOW, 'UTC');
  assert.equal(columns.length, 6);
  const [monday, tuesday, wednesday, thursday] = columns.at(-1);
  assert.deepEqual([monday.day, monday.sum, monday.state, monday.run], ['2027-03-29', 0, null, null]);
  assert.deepEqual([tuesday.state, tuesday.run, tuesday.counts], ['FAILED', '7', { SUCCEEDED: 1, FAILED: 2 }]);
  assert.deepEqual([wednesday.day, wednesday.state, wednesday.run], ['2027-03-31', 'RUNNING', '9']);
  assert.equal(thursday, null);
  assert.deepEqual(columns.flat().filter(Boolean).length, 5 * 7 + 3);
});

test('includes each day once, also at clock changes', () => {
  for (const zone of ['Europe/Berlin', 'America/New_York', 'Pacific/Auckland', 'Africa/Cairo']) {
    const days = weekColumns([run('1', '2026-01-01T00:00:00Z')], NOW, zone).flat().filter(Boolean).map(cell => cell.day);
    assert.equal(new Set(days).size, days.length, zone);
    assert.deepEqual([...days].sort(), days, zone);
  }
});

test('counts a backfilled run on its fire day', () => {
  const columns = weekColumns([run('5', '2027-03-31T10:00:00Z', 'SUCCEEDED', { fireTime: '2027-03-29T02:30:00Z' })], NOW, 'UTC');
  assert.equal(columns.at(-1)[0].run, '5');
  assert.equal(columns.at(-1)[2].sum, 0);
});

test('links an hour cell to its only run, or to a list of its runs', () => {
  const hour = { from: Date.parse('2027-03-31T05:00:00Z'), until: Date.parse('2027-03-31T06:00:00Z'), sum: 1, state: 'FAILED' };
  const long = { id: '3', createdAt: '2027-03-31T02:00:30Z', endedAt: '2027-03-31T05:10:00Z' };
  assert.deepEqual(targetOf(hour, [long]), { run: '3' });
  assert.deepEqual(targetOf({ ...hour, sum: 2 }, [long]), {
    state: 'FAILED',
    from: '2027-03-31T01:50:00.000Z',
    until: '2027-03-31T06:00:00.000Z',
  });
  assert.deepEqual(targetOf(hour, []).from, '2027-03-31T05:00:00.000Z');
  const running = { id: '4', createdAt: '2027-03-31T05:01:00Z', endedAt: null };
  assert.equal(targetOf(hour, [running]).run, undefined);
});

test('leaves days before a truncated list undetermined', () => {
  const runs = [run('9', '2027-03-30T02:30:00Z'), run('8', '2027-03-24T02:30:00Z')];
  const cells = weekColumns(runs, NOW, 'UTC', { more: true }).flat().filter(Boolean);
  assert.equal(cells[0].day, '2027-03-24');
  assert.equal(weekColumns(runs, NOW, 'UTC').flat().filter(Boolean)[0].day, '2027-02-22');
});

test('reaches back to the oldest run, at most half a year', () => {
  const first = createdAt => weekColumns([run('1', createdAt)], NOW, 'UTC')[0][0].day;
  assert.equal(first('2027-03-31T02:30:00Z'), '2027-02-22', 'six weeks at least');
  assert.equal(first('2027-02-21T23:59:59Z'), '2027-02-15');
  assert.equal(first('2027-01-06T02:30:00Z'), '2027-01-04');
  assert.equal(first('2020-01-06T02:30:00Z'), '2026-10-05');
});

test('shows a backfilled run on its day, even before the loaded days', () => {
  const runs = [run('9', '2027-03-30T02:30:00Z', 'SUCCEEDED', { fireTime: '2027-03-02T02:30:00Z' }), run('8', '2027-03-24T02:30:00Z')];
  const cells = weekColumns(runs, NOW, 'UTC', { more: true }).flat().filter(Boolean);
  assert.deepEqual(cells.slice(0, 2).map(cell => [cell.day, cell.run]), [['2027-03-02', '9'], ['2027-03-24', '8']]);
});
