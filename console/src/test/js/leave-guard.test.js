import test from 'node:test';
import assert from 'node:assert/strict';
import { LeaveGuard } from '../../main/resources/META-INF/orrery-console/js/leave-guard.js';

/** A page at /editor; `answers` are given in turn, and `calls` are those to the history. */
function page({ isUnsaved = true, answers = [] } = {}) {
  const calls = [];
  const texts = [];
  const answered = [];
  const guard = new LeaveGuard({
    isUnsaved: () => isUnsaved,
    ask: text => {
      texts.push(text);
      const promise = Promise.resolve(answers.shift());
      answered.push(promise);
      return promise;
    },
    history: {
      pushState: (state, title, address) => calls.push(`push ${address}`),
      back: () => calls.push('back'),
    },
  });
  return { guard, calls, texts, settle: async () => {
    await Promise.all(answered);
    await new Promise(resolve => setImmediate(resolve));
  } };
}

test('leaves a page without unsaved work without asking', () => {
  const { guard, calls, texts } = page({ isUnsaved: false });
  assert.equal(guard.mayLeave(), true);
  assert.equal(guard.moved('/editor'), true);
  assert.deepEqual([calls, texts], [[], []]);
});

test('follows a link only after the answer', async () => {
  const { guard } = page({ answers: [undefined, true] });
  assert.equal(await guard.mayLeave('text'), undefined);
  assert.equal(await guard.mayLeave('text'), true);
});

test('asks once for two links', async () => {
  const { guard, texts } = page({ answers: [true] });
  assert.deepEqual(await Promise.all([guard.mayLeave('a'), guard.mayLeave('b')]), [true, true]);
  assert.deepEqual(texts, ['a']);
});

test('keeps the address of the page on Back until the user confirms', async () => {
  const { guard, calls, settle } = page({ answers: [true] });
  assert.equal(guard.moved('/editor'), false);
  assert.deepEqual(calls, ['push /editor']);
  await settle();
  assert.deepEqual(calls, ['push /editor', 'back']);
  // The move that this makes opens the other page, although the work is still unsaved.
  assert.equal(guard.moved('/editor'), true);
});

test('stays on the page when Back is declined, and asks again the next time', async () => {
  const { guard, calls, texts, settle } = page({ answers: [undefined, undefined] });
  guard.moved('/editor');
  await settle();
  assert.deepEqual(calls, ['push /editor']);
  assert.equal(guard.moved('/editor'), false);
  await settle();
  assert.deepEqual(calls, ['push /editor', 'push /editor']);
  assert.equal(texts.length, 2);
});

test('asks no second question on Back during the first', async () => {
  const { guard, calls, texts, settle } = page({ answers: [true] });
  guard.moved('/editor');
  assert.equal(guard.moved('/editor'), false);
  await settle();
  assert.equal(texts.length, 1);
  assert.deepEqual(calls, ['push /editor', 'push /editor', 'back']);
});
