import test from 'node:test';
import assert from 'node:assert/strict';
import en from '../../main/resources/META-INF/orrery-console/js/messages/en.js';
import { useMessages } from '../../main/resources/META-INF/orrery-console/js/i18n.js';
import { waitingCommand, waitingText } from '../../main/resources/META-INF/orrery-console/js/waiting-words.js';

test('names the processor or tags that no worker offers for a run', () => {
  useMessages('en', en);
  const text = missing => waitingText({ waitingFor: 'NO_MATCHING_WORKER', missing });
  assert.equal(text({ processor: 'python', tags: [] }), 'a matching worker (no connected worker offers python)');
  assert.equal(text({ processor: null, tags: ['gpu'] }), 'a matching worker (no connected worker has the tag gpu)');
  assert.equal(text({ processor: null, tags: ['gpu', 'eu'] }), 'a matching worker (no connected worker has the tags gpu, eu)');
  assert.equal(text(null), 'a matching worker');
  assert.equal(waitingText({ waitingFor: 'RAIN' }), 'RAIN');
});

test('names the command that lets a run continue', () => {
  const command = waitingFor => waitingCommand({ waitingFor, app: 'billing', job: 'nightly' });
  assert.equal(command('NO_WORKER'), 'orrery up --app billing');
  assert.equal(command('PAUSED'), 'orrery resume nightly -a billing');
  assert.equal(command('APP_PAUSED'), 'orrery resume -a billing');
  assert.equal(command('DUE_TIME'), null);
});
