import test from 'node:test';
import assert from 'node:assert/strict';
import { Drafts, UnsavedWork } from '../../main/resources/META-INF/orrery-console/js/unsaved.js';

test('reports unsaved work while any part is unsaved', () => {
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

test('releases parts with the same question one by one', () => {
  const work = new UnsavedWork();
  const isUnsaved = () => true;
  const release = work.hold(isUnsaved);
  work.hold(isUnsaved);
  release();
  assert.equal(work.any, true);
  work.clear();
  assert.equal(work.any, false);
});

test('keeps a draft until it is discarded', () => {
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

test('drops the least recently changed draft beyond the limit', () => {
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
