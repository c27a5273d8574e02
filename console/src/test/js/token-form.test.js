import test from 'node:test';
import assert from 'node:assert/strict';
import { EXPIRY_DAYS, standardDays, tokenBody, tokensToShow } from '../../main/resources/META-INF/orrery-console/js/token-form.js';

const now = Date.parse('2026-05-01T12:00:00Z');

test('sends name and expiry only if chosen', () => {
  assert.deepEqual(tokenBody({ role: 'worker', name: '  ', days: 0 }, now), { role: 'worker' });
  assert.deepEqual(tokenBody({ role: 'viewer', name: ' ci ', days: EXPIRY_DAYS[0] }, now), {
    role: 'viewer',
    name: 'ci',
    expiresAt: '2026-05-31T12:00:00.000Z',
  });
});

test('gives user tokens an expiry unless chosen otherwise', () => {
  assert.deepEqual(['viewer', 'operator', 'worker', 'declare'].map(standardDays), [90, 90, 0, 0]);
  assert.ok(EXPIRY_DAYS.includes(standardDays('viewer')));
});

/** Fifty tokens; higher ids are newer, and two are of the same moment. */
const tokens = Array.from({ length: 50 }, (_, i) => ({
  id: String(i + 1),
  name: i === 7 ? 'nightly ci' : `t-${i + 1}`,
  role: i % 2 === 0 ? 'viewer' : 'operator',
  createdAt: new Date(now + Math.min(i, 48) * 60_000).toISOString(),
}));

test('shows the newest tokens first and the others on demand', () => {
  const { shown, more } = tokensToShow(tokens);
  assert.deepEqual(shown.map(token => token.id), ['50', '49', '48', '47', '46', '45', '44', '43', '42', '41']);
  assert.equal(more, 40);
  assert.deepEqual([tokensToShow(tokens, { all: true }).shown.length, tokensToShow(tokens, { all: true }).more], [50, 0]);
  assert.equal(tokens[0].id, '1');
});

test('searches all tokens by name, role and id', () => {
  assert.deepEqual(tokensToShow(tokens, { query: 'ci nightly' }).shown.map(token => token.id), ['8']);
  assert.equal(tokensToShow(tokens, { query: 'operator' }).shown.length, 25);
  assert.deepEqual(tokensToShow(tokens, { query: 'no such' }), { shown: [], more: 0 });
  assert.equal(tokensToShow([{ id: '1', role: 'viewer', createdAt: tokens[0].createdAt }], { query: 'viewer' }).shown.length, 1);
});
