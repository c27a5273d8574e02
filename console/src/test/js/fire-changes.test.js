import test from 'node:test';
import assert from 'node:assert/strict';
import { COMPARED_FIRES, FIRES, compareFires, previewFrom, untilEnd } from '../../main/resources/META-INF/orrery-console/js/fire-changes.js';

const NOW = Date.parse('2027-03-01T12:00:00Z');
const days = (first, n) => Array.from({ length: n }, (_, i) => `2027-03-${String(first + i).padStart(2, '0')}T02:30:00Z`);
const marks = fires => fires.map(fire => fire.mark);

test('treats fires at equal instants as kept, however they are written', () => {
  const other = days(2, COMPARED_FIRES).map(at => at.replace('Z', '.000Z'));
  const changes = compareFires(days(2, COMPARED_FIRES), other, NOW);
  assert.equal(changes.same, true);
  assert.deepEqual(marks(changes.after), Array(FIRES).fill('kept'));
});

test('marks fires missing from either list as gone or new', () => {
  const before = days(2, FIRES);
  const after = [before[0], '2027-03-03T04:00:00Z', before[2], before[3], before[4]];
  const changes = compareFires(before, after, NOW);
  assert.equal(changes.same, false);
  assert.deepEqual(marks(changes.before), ['kept', 'gone', 'kept', 'kept', 'kept']);
  assert.deepEqual(marks(changes.after), ['kept', 'new', 'kept', 'kept', 'kept']);
});

test('marks each fire as gone or new when the schedule moves by an hour', () => {
  const before = days(2, COMPARED_FIRES);
  for (const hour of ['01', '03']) {
    const changes = compareFires(before, before.map(at => at.replace('T02', `T${hour}`)), NOW);
    assert.deepEqual(marks(changes.before), Array(FIRES).fill('gone'), hour);
    assert.deepEqual(marks(changes.after), Array(FIRES).fill('new'), hour);
  }
});

test('leaves fires after the end of a truncated list undecided', () => {
  const hourly = Array.from({ length: COMPARED_FIRES }, (_, i) => `2027-03-01T1${3 + i}:00:00Z`);
  const changes = compareFires(days(2, COMPARED_FIRES), hourly, NOW);
  assert.deepEqual(marks(changes.before), Array(FIRES).fill('open'));
  assert.deepEqual(marks(changes.after), Array(FIRES).fill('new'));
  assert.equal(changes.same, false);
});

test('marks fires after the end of a shorter list as gone or new', () => {
  const changes = compareFires(days(2, FIRES), days(2, 2), NOW);
  assert.deepEqual(marks(changes.before), ['kept', 'kept', 'gone', 'gone', 'gone']);
  assert.deepEqual(marks(compareFires([], days(2, 2), NOW).after), ['new', 'new']);
  assert.equal(compareFires([], [], NOW).same, true);
});

test('ignores a fire that passed while the dialog was open', () => {
  const before = ['2027-03-01T11:59:59Z', ...days(2, COMPARED_FIRES - 1)];
  const after = days(2, COMPARED_FIRES);
  const changes = compareFires(before, after, NOW);
  assert.deepEqual(changes.before.map(fire => fire.at), days(2, FIRES));
  assert.deepEqual(marks(changes.after), Array(FIRES).fill('kept'));
  // Two that passed leave less than is shown, and the last one of the other list without its counterpart.
  const [, second] = before;
  const later = compareFires(before, after, Date.parse(second));
  assert.deepEqual([later.before.length, marks(later.after)], [FIRES - 1, ['kept', 'kept', 'kept', 'kept', 'open']]);
  assert.equal(changes.same, true);
});

test('previews from the start of the trigger, inclusively, to its end', () => {
  assert.equal(previewFrom({ from: '2027-04-01T00:00:00Z' }, NOW), '2027-03-31T23:59:59.999Z');
  assert.equal(previewFrom({ from: '2027-01-01T00:00:00Z' }, NOW), undefined);
  assert.equal(previewFrom({ from: 'soon' }, NOW), undefined);
  assert.equal(previewFrom({}, NOW), undefined);
  assert.deepEqual(untilEnd(days(2, 5), { until: '2027-03-03T02:30:00Z' }), days(2, 2));
  assert.deepEqual(untilEnd(days(2, 5), { until: 'late' }), days(2, 5));
});
