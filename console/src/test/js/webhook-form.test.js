import test from 'node:test';
import assert from 'node:assert/strict';
import { documentOf, fieldsOf, stateOf } from '../../main/resources/META-INF/orrery-console/js/webhook-form.js';

test('shows a webhook as failing when its newest message was not delivered', () => {
  assert.deepEqual(stateOf({ enabled: true, status: { version: 1, lastError: 'the receiver answered 500' } }), {
    state: 'FAILING',
    reason: 'the receiver answered 500',
  });
});

test('shows a webhook without errors as enabled, also without a state of an older release', () => {
  for (const webhook of [{ enabled: true, status: { version: 1 } }, { status: {} }, {}]) {
    assert.equal(stateOf(webhook).state, 'ENABLED');
  }
});

test('shows a disabled webhook as disabled, whatever became of its messages', () => {
  assert.deepEqual(stateOf({ enabled: false, status: { disabledReason: '410 Gone', lastError: 'x' } }), {
    state: 'DISABLED',
    reason: '410 Gone',
  });
});

test('writes format, language and key only where they belong', () => {
  const document = more => documentOf({ ...fieldsOf(undefined), url: 'https://x/', secret: ' SECx ', language: 'zh', ...more });
  assert.equal('format' in document({}), false);
  assert.equal('secret' in document({}), false);
  assert.deepEqual(
    ['slack', 'dingtalk'].map(format => [document({ format }).format, document({ format }).language, document({ format }).secret]),
    [
      ['slack', 'zh', undefined],
      ['dingtalk', 'zh', 'SECx'],
    ],
  );
  assert.equal('secret' in document({ format: 'pagerduty', secret: '' }), false);
  assert.equal('remindAfter' in document({}), false);
  assert.equal(document({ remindAfter: ' PT4H ' }).remindAfter, 'PT4H');
});

test('shows one label per line, and reads them back', () => {
  const labels = { team: 'billing', url: 'https://h:1' };
  const fields = fieldsOf({ url: 'https://x/', labels });
  assert.equal(fields.labels, 'team:billing\nurl:https://h:1');
  assert.deepEqual(documentOf(fields).labels, labels);
  assert.equal('labels' in documentOf({ ...fields, labels: ' \n' }), false);
});

test('reads a stored webhook back without its key', () => {
  const fields = fieldsOf({ name: 'ops', format: 'feishu', language: 'zh', url: 'https://x/' });
  assert.equal(fields.format, 'feishu');
  assert.equal(fields.language, 'zh');
  assert.equal(fields.secret, '');
});
