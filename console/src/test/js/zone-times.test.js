import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  dayOf,
  fireRows,
  instantOfWall,
  knownZone,
  monthGrid,
  monthOf,
  monthText,
  offsetMinutes,
  offsetText,
  startOfDay,
} from '../../main/resources/META-INF/orrery-console/js/zone-times.js';

const at = text => Date.parse(text);

test('formats offsets in minutes, including half hours', () => {
  assert.equal(offsetMinutes(at('2027-01-01T00:00:00Z'), 'Europe/Berlin'), 60);
  assert.equal(offsetMinutes(at('2027-07-01T00:00:00Z'), 'Europe/Berlin'), 120);
  assert.equal(offsetMinutes(at('2027-07-01T00:00:00.999Z'), 'Asia/Kolkata'), 330);
  assert.equal(offsetMinutes(at('2027-07-01T00:00:00Z'), 'America/St_Johns'), -150);
  assert.equal(offsetText(-150), '−02:30');
  assert.equal(offsetText(60), '+01:00');
});

test('marks the first fire after a clock change in both directions', () => {
  const spring = fireRows(
    ['2027-03-27T01:30:00Z', '2027-03-28T01:00:00Z', '2027-03-29T00:30:00Z'],
    'Europe/Berlin',
    'UTC',
    at('2027-03-26T00:00:00Z'),
  );
  assert.deepEqual(
    spring.map(row => row.shift),
    [0, 60, 0],
  );
  assert.deepEqual(
    spring.map(row => row.readerShift),
    [0, 0, 0],
  );
  const autumn = fireRows(
    ['2027-10-31T00:30:00Z', '2027-11-01T01:30:00Z'],
    'Europe/Berlin',
    'Europe/Berlin',
    at('2027-10-30T00:00:00Z'),
  );
  assert.deepEqual(
    autumn.map(row => row.shift),
    [0, -60],
  );
});

test('compares the first row with now', () => {
  assert.equal(fireRows(['2027-03-28T01:00:00Z'], 'Europe/Berlin', 'UTC', at('2027-03-01T00:00:00Z'))[0].shift, 60);
});

test('starts a day at midnight, or at the end of a gap at midnight', () => {
  assert.equal(startOfDay(2027, 3, 28, 'Europe/Berlin'), at('2027-03-27T23:00:00Z'));
  assert.equal(startOfDay(2027, 3, 29, 'Europe/Berlin'), at('2027-03-28T22:00:00Z'));
  // Clocks in Santiago go from 00:00 to 01:00 on 2027-09-05.
  const santiago = startOfDay(2027, 9, 5, 'America/Santiago');
  assert.equal(dayOf(santiago, 'America/Santiago'), '2027-09-05');
  assert.equal(dayOf(santiago - 1, 'America/Santiago'), '2027-09-04');
});

test('shows the weeks of a month from Monday, with fires by day and clock changes', () => {
  const grid = monthGrid(
    2027,
    3,
    [
      { at: '2027-03-01T01:30:00Z', kind: 'planned' },
      { at: '2027-03-31T22:30:00Z', kind: 'planned' },
      { at: '2027-03-31T20:30:00Z', kind: 'FAILED' },
    ],
    'Europe/Berlin',
    at('2027-03-15T12:00:00Z'),
  );
  assert.deepEqual(
    grid.map(week => week.length),
    [7, 7, 7, 7, 7],
  );
  assert.equal(grid[0][0].day, '2027-03-01');
  const days = grid.flat().filter(day => day !== null);
  assert.equal(days.length, 31);
  assert.deepEqual(days[0].counts, { planned: 1 });
  assert.deepEqual(days[30].counts, { FAILED: 1 }, '22:30Z is the first of April in Berlin');
  assert.deepEqual(
    days.filter(day => day.shift !== 0).map(day => [day.number, day.shift]),
    [[28, 60]],
  );
  assert.deepEqual(
    days.filter(day => day.today).map(day => day.number),
    [15],
  );
});

test('pads a month that begins on a Sunday with empty cells', () => {
  const grid = monthGrid(2027, 8, [], 'UTC', 0);
  assert.deepEqual(grid[0].slice(0, 6), Array(6).fill(null));
  assert.equal(grid[0][6].number, 1);
  assert.equal(grid.length, 6);
});

test('formats months as text', () => {
  assert.deepEqual(monthOf('2027-03'), { year: 2027, month: 3 });
  assert.equal(monthOf('2027-13'), null);
  assert.equal(monthOf(null), null);
  assert.equal(monthText({ year: 2027, month: 12 }, 1), '2028-01');
});

test('converts a wall time to an instant, after a gap and at the first of two', () => {
  const instant = (text, zone) => new Date(instantOfWall(text, zone)).toISOString();
  assert.equal(instant('2027-06-01T02:30', 'Europe/Berlin'), '2027-06-01T00:30:00.000Z');
  assert.equal(instant('2027-03-28T02:30', 'Europe/Berlin'), '2027-03-28T01:30:00.000Z');
  assert.equal(instant('2027-10-31T02:30', 'Europe/Berlin'), '2027-10-31T00:30:00.000Z');
  assert.equal(instant('2027-06-01', 'UTC'), '2027-06-01T00:00:00.000Z');
  assert.equal(instantOfWall('tomorrow', 'UTC'), null);
});

test('shows an unknown time zone in UTC', () => {
  assert.equal(knownZone('Mars/Olympus'), 'UTC');
  assert.equal(knownZone('Europe/Berlin'), 'Europe/Berlin');
});
