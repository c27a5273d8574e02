import test from 'node:test';
import assert from 'node:assert/strict';
import { EXPIRY_DAYS, tokenBody } from '../../main/resources/META-INF/orrery-console/js/token-form.js';

const now = Date.parse('2026-05-01T12:00:00Z');

test('name and expiry are sent only if they were chosen', () => {
  assert.deepEqual(tokenBody({ role: 'worker', name: '  ', days: 0 }, now), { role: 'worker' });
  assert.deepEqual(tokenBody({ role: 'viewer', name: ' ci ', days: EXPIRY_DAYS[0] }, now), {
    role: 'viewer',
    name: 'ci',
    expiresAt: '2026-05-31T12:00:00.000Z',
  });
});
