import test from 'node:test';
import assert from 'node:assert/strict';
import { SPANS, wallSpan } from '../../main/resources/META-INF/orrery-console/js/backfill-spans.js';
import { instantOfWall } from '../../main/resources/META-INF/orrery-console/js/zone-times.js';

const at = text => Date.parse(text);

test('computes yesterday and the last seven days in the time zone of the job', () => {
  // In Auckland it is 1 April already.
  const now = at('2027-03-31T12:30:00Z');
  assert.deepEqual(wallSpan('yesterday', now, 'UTC'), { from: '2027-03-30T00:00:00', until: '2027-03-30T23:59:59' });
  assert.deepEqual(wallSpan('yesterday', now, 'Pacific/Auckland'), { from: '2027-03-31T00:00:00', until: '2027-03-31T23:59:59' });
  assert.deepEqual(wallSpan('week', now, 'UTC'), { from: '2027-03-24T00:00:00', until: '' });
});

test('offers the most recent past weekend', () => {
  const weekend = { from: '2027-03-27T00:00:00', until: '2027-03-28T23:59:59' };
  for (const day of ['29', '30', '31']) {
    assert.deepEqual(wallSpan('weekend', at(`2027-03-${day}T12:00:00Z`), 'UTC'), weekend, day);
  }
  // From Thursday to Sunday of the week after, too.
  for (const day of ['01', '02', '03', '04']) {
    assert.deepEqual(wallSpan('weekend', at(`2027-04-${day}T12:00:00Z`), 'UTC'), weekend, day);
  }
  assert.equal(wallSpan('weekend', at('2027-04-05T00:00:00Z'), 'UTC').from, '2027-04-03T00:00:00');
});

test('offers only past spans in order, in each zone and at each clock change', () => {
  for (const zone of ['UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Auckland', 'Asia/Kolkata', 'America/Santiago']) {
    for (let now = at('2027-01-01T00:30:00Z'); now < at('2028-01-01T00:00:00Z'); now += 23 * 3_600_000) {
      for (const span of SPANS) {
        const { from, until } = wallSpan(span, now, zone);
        const [first, last] = [instantOfWall(from, zone), until === '' ? now : instantOfWall(until, zone)];
        assert.ok(first < last && last <= now, `${span} in ${zone} at ${new Date(now).toISOString()}`);
      }
    }
  }
});
