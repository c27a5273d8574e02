import test from 'node:test';
import assert from 'node:assert/strict';
import { BackdropClicks, dismissal } from '../../main/resources/META-INF/orrery-console/js/dismissal.js';

const WAYS = ['escape', 'backdrop', 'button'];

test('a dialog without input closes in each way', () => {
  assert.deepEqual(WAYS.map(how => dismissal({ how })), ['close', 'close', 'close']);
});

test('what was typed is asked about, unless a button says it', () => {
  assert.deepEqual(WAYS.map(how => dismissal({ how, typed: true })), ['ask', 'ask', 'close']);
});

test('what is shown only here goes by its button only', () => {
  assert.deepEqual(WAYS.map(how => dismissal({ how, stays: true })), ['stay', 'stay', 'close']);
  assert.deepEqual(WAYS.map(how => dismissal({ how, stays: true, typed: true })), ['stay', 'stay', 'close']);
});

test('a dialog whose action runs stays, because it shows the result', () => {
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

test('a click is on the backdrop only from its begin to its end', () => {
  assert.equal(clickOf({ from: 'backdrop', to: 'backdrop' }), true);
  assert.equal(clickOf({ from: 'text', to: 'backdrop' }), false);
  assert.equal(clickOf({ from: 'backdrop', to: 'text' }), false);
  assert.equal(clickOf({ from: 'text', to: 'text' }), false);
});

test('a click by keyboard is none on the backdrop, and one press counts once', () => {
  const clicks = new BackdropClicks();
  assert.equal(clicks.clicked(true), false);
  clicks.pressed(true);
  clicks.released(true);
  assert.equal(clicks.clicked(true), true);
  assert.equal(clicks.clicked(true), false);
});
