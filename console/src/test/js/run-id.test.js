import test from 'node:test';
import assert from 'node:assert/strict';
import { isRunId } from '../../main/resources/META-INF/orrery-console/js/run-id.js';

const NOW = Date.parse('2026-11-26T17:30:00Z');
const idAt = (time, number = 4711) => String((BigInt(Date.parse(time) - Date.UTC(2025, 0, 1)) << 22n) + BigInt(number));

test('recognizes ids of recent months', () => {
  for (const time of ['2026-11-26T17:29:59.999Z', '2026-11-26T00:00:00Z', '2026-01-01T00:00:00Z', '2025-04-01T00:00:00Z']) {
    assert.equal(isRunId(idAt(time), NOW), true, time);
  }
});

test('rejects every incomplete id', () => {
  for (const time of ['2026-11-26T17:29:59Z', '2025-04-01T00:00:00Z']) {
    const id = idAt(time);
    for (let length = 0; length < id.length; length++) {
      assert.equal(isRunId(id.slice(0, length), NOW), false, id.slice(0, length));
    }
  }
  // Years later, when ids have one more digit.
  const later = Date.parse('2033-01-01T00:00:00Z');
  const id = idAt('2032-12-31T00:00:00Z');
  assert.deepEqual([id.length, isRunId(id, later), isRunId(id.slice(0, -1), later)], [19, true, false]);
});

test('rejects ids that no run can have yet', () => {
  for (const text of [idAt('2026-11-26T17:31:00Z'), '9223372036854775807', '99999999999999999999', `0${idAt('2026-11-01T00:00:00Z')}`, '123456', '1234567', '-1', 'abc', '', ` ${idAt('2026-11-01T00:00:00Z')}`]) {
    assert.equal(isRunId(text, NOW), false, text);
  }
});
