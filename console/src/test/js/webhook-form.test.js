import test from 'node:test';
import assert from 'node:assert/strict';
import { stateOf } from '../../main/resources/META-INF/orrery-console/js/webhook-form.js';

test('a webhook whose newest message was not delivered is failing', () => {
  assert.deepEqual(stateOf({ enabled: true, status: { version: 1, lastError: 'the receiver answered 500' } }), {
    state: 'FAILING',
    reason: 'the receiver answered 500',
  });
});

test('a webhook without an error is enabled, also one of a release that does not say', () => {
  for (const webhook of [{ enabled: true, status: { version: 1 } }, { status: {} }, {}]) {
    assert.equal(stateOf(webhook).state, 'ENABLED');
  }
});

test('a disabled webhook is disabled, whatever its messages did', () => {
  assert.deepEqual(stateOf({ enabled: false, status: { disabledReason: '410 Gone', lastError: 'x' } }), {
    state: 'DISABLED',
    reason: '410 Gone',
  });
});
