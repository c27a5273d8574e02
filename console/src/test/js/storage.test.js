import test from 'node:test';
import assert from 'node:assert/strict';
import { formatBytes, isLong, tablesOf } from '../../main/resources/META-INF/orrery-console/js/storage.js';

test('formats sizes with at most three digits', () => {
  const cases = { 0: '0 B', 999: '999 B', 1000: '1.0 KiB', 8192: '8.0 KiB', 10_189: '10 KiB', 1_048_576: '1.0 MiB' };
  for (const [bytes, text] of Object.entries(cases)) {
    assert.equal(formatBytes(Number(bytes)), text);
  }
  assert.equal(formatBytes(312.4 * 2 ** 30), '312 GiB');
  assert.equal(formatBytes(2 ** 70), '1048576 PiB');
});

test('lists tables with their retention, largest first', () => {
  const table = (name, bytes) => ({ name, bytes });
  const retention = { history: 'PT720H', logs: 'PT336H', historyPerJob: 100 };

  const { bytes, rows } = tablesOf({ tables: [table('instance', 1), table('log_chunk', 5), table('attempt', 3), table('later', 2)], retention });

  assert.equal(bytes, 11);
  assert.deepEqual(
    rows.map(row => [row.name, row.kept]),
    [['log_chunk', 'PT336H'], ['attempt', 'PT720H'], ['later', null], ['instance', null]],
  );
});

test('treats a transaction as long from five minutes on', () => {
  assert.deepEqual([null, 'PT0.1S', 'PT4M59S', 'PT5M', 'P1D'].map(isLong), [false, false, false, true, true]);
});
