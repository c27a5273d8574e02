import test from 'node:test';
import assert from 'node:assert/strict';
import { BackdropClicks, dismissal } from '../../main/resources/META-INF/orrery-console/js/dismissal.js';

const WAYS = ['escape', 'backdrop', 'button'];

test('closes a dialog without input in each way', () => {
  assert.deepEqual(WAYS.map(how => dismissal({ how })), ['close', 'close', 'close']);
});

test('asks before discarding typed input, except by its own button', () => {
  assert.deepEqual(WAYS.map(how => dismissal({ how, typed: true })), ['ask', 'ask', 'close']);
});

test('closes a dialog with a value shown only once by its button only', () => {
  assert.deepEqual(WAYS.map(how => dismissal({ how, stays: true })), ['stay', 'stay', 'close']);
  assert.deepEqual(WAYS.map(how => dismissal({ how, stays: true, typed: true })), ['stay', 'stay', 'close']);
});

test('keeps a dialog open while its action runs', () => {
  for (const typed of [false, true]) {
    assert.deepEqual(WAYS.map(how => dismissal({ how, busy: true, typed })), ['stay', 'stay', 'stay']);
  }
});

function clickOf({ from, to }) {
  const clicks = new BackdropClicks();
  clicks.pressed(from === 'backdrop');
  clicks.released(to === 'backdrop');
  // The click belongs to the dialog itself if either end is on the backdrop.
  return clicks.clicked(from === 'backdrop' || to === 'backdrop');
}

test('accepts a backdrop click only if it begins and ends on the backdrop', () => {
  assert.equal(clickOf({ from: 'backdrop', to: 'backdrop' }), true);
  assert.equal(clickOf({ from: 'text', to: 'backdrop' }), false);
  assert.equal(clickOf({ from: 'backdrop', to: 'text' }), false);
  assert.equal(clickOf({ from: 'text', to: 'text' }), false);
});

test('ignores keyboard clicks on the backdrop and counts each press once', () => {
  const clicks = new BackdropClicks();
  assert.equal(clicks.clicked(true), false);
  clicks.pressed(true);
  clicks.released(true);
  assert.equal(clicks.clicked(true), true);
  assert.equal(clicks.clicked(true), false);
});
