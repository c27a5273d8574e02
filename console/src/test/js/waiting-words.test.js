import test from 'node:test';
import assert from 'node:assert/strict';
import { sentences } from './harness/sentences.js';
import { useMessages } from '../../main/resources/META-INF/orrery-console/js/i18n.js';
import { waitingCommand, waitingText } from '../../main/resources/META-INF/orrery-console/js/waiting-words.js';

test('names the processor or tags that no worker offers for a run', () => {
  useMessages('en', sentences('en'));
  const text = missing => waitingText({ waitingFor: 'NO_MATCHING_WORKER', missing });
  assert.equal(text({ processor: 'python', tags: [] }), 'no connected worker has the processor (job code) python');
  assert.equal(text({ processor: null, tags: ['gpu'] }), 'no connected worker has the required tag: gpu');
  assert.equal(text({ processor: null, tags: ['gpu', 'eu'] }), 'no connected worker has all of the required tags: gpu, eu');
  assert.equal(text(null), 'no connected worker has the required processor (job code) and tags');
  assert.equal(waitingText({ waitingFor: 'RAIN' }), 'RAIN');
  useMessages('zh-CN', sentences('zh'));
  assert.equal(text({ processor: null, tags: ['gpu'] }), '已连接的工作节点都不具备所需的标签 gpu');
  assert.equal(text({ processor: null, tags: ['gpu', 'eu'] }), '已连接的工作节点中，没有一个同时具备所需的标签 gpu、eu');
});

test('names the command that lets a run continue', () => {
  const command = waitingFor => waitingCommand({ waitingFor, app: 'billing', job: 'nightly' });
  assert.equal(command('NO_WORKER'), 'orrery up --app billing');
  assert.equal(command('PAUSED'), 'orrery resume nightly -a billing');
  assert.equal(command('APP_PAUSED'), 'orrery resume -a billing');
  assert.equal(command('DUE_TIME'), null);
});
