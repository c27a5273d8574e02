import test from 'node:test';
import assert from 'node:assert/strict';
import { Drafts, UnsavedWork } from '../../main/resources/META-INF/orrery-console/js/unsaved.js';

test('work is unsaved while one part says so', () => {
  const work = new UnsavedWork();
  assert.equal(work.any, false);
  let first = false;
  const release = work.hold(() => first);
  work.hold(() => false);
  assert.equal(work.any, false);
  first = true;
  assert.equal(work.any, true);
  release();
  assert.equal(work.any, false);
});

test('parts with the same question are released one by one', () => {
  const work = new UnsavedWork();
  const isUnsaved = () => true;
  const release = work.hold(isUnsaved);
  work.hold(isUnsaved);
  release();
  assert.equal(work.any, true);
  work.clear();
  assert.equal(work.any, false);
});

test('a draft stays until it is dropped', () => {
  const drafts = new Drafts();
  drafts.keep('demo/nightly', { text: 'a' });
  drafts.keep('demo/nightly', { text: 'b' });
  drafts.keep('demo/hourly', { text: 'c' });
  assert.equal(drafts.of('demo/nightly').text, 'b');
  drafts.drop('demo/nightly');
  assert.equal(drafts.of('demo/nightly'), undefined);
  assert.equal(drafts.of('demo/hourly').text, 'c');
  assert.equal(drafts.any, true);
  drafts.clear();
  assert.equal(drafts.any, false);
  assert.equal(drafts.of('demo/hourly'), undefined);
});

test('of too many drafts the one goes that was changed longest ago', () => {
  const drafts = new Drafts();
  for (let i = 0; i < 20; i++) {
    drafts.keep(`job-${i}`, i);
  }
  drafts.keep('job-0', 'changed');
  drafts.keep('job-20', 20);
  assert.equal(drafts.of('job-0'), 'changed');
  assert.equal(drafts.of('job-1'), undefined);
  assert.equal(drafts.of('job-2'), 2);
});
