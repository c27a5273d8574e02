import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain, segments, visible } from '../../main/resources/META-INF/orrery-console/js/ansi.js';

test('turns colours into classes', () => {
  assert.deepEqual(segments('a\x1b[31;1mred\x1b[0m b'), [
    { text: 'a', classes: '' },
    { text: 'red', classes: 'ansi-red ansi-bold' },
    { text: ' b', classes: '' },
  ]);
  assert.deepEqual(segments('\x1b[94;42mx'), [{ text: 'x', classes: 'ansi-blue ansi-on-green' }]);
});

test('ends single attributes, and all of them at the empty sequence', () => {
  assert.deepEqual(
    segments('\x1b[1;4ma\x1b[22mb\x1b[mc').map(run => run.classes),
    ['ansi-bold ansi-underline', 'ansi-underline', ''],
  );
});

test('maps 256 colours and true colours to the nearest of eight', () => {
  assert.equal(segments('\x1b[38;5;196mx')[0].classes, 'ansi-red');
  assert.equal(segments('\x1b[38;2;10;200;30mx')[0].classes, 'ansi-green');
  assert.equal(segments('\x1b[48;2;250;250;250mx')[0].classes, 'ansi-on-white');
  assert.equal(segments('\x1b[38;2;10;200;30;1mx')[0].classes, 'ansi-green ansi-bold');
});

test('removes all other terminal control sequences', () => {
  for (const text of [
    '\x1b[2Ka',
    '\x1b]0;title\x07a',
    '\x1b]8;;http://x\x1b\\a',
    '\x1b(Ba',
    '\x1b[?25la',
    '\x1bca',
    '\x1bPq1;2\x1b\\a',
    'a\x1b',
  ]) {
    assert.equal(plain(text), 'a', JSON.stringify(text));
    assert.equal(
      segments(text)
        .map(run => run.text)
        .join(''),
      'a',
    );
  }
});

test('prevents injection of classes', () => {
  const classes = segments('\x1b[31"onload=x;38;9;1m<img src=x onerror=1>\x1b[999mx')
    .map(run => run.classes)
    .join(' ');
  assert.match(classes, /^[a-z -]*$/);
});

test('removes unfinished links quickly', () => {
  const start = process.cpuUsage();
  assert.equal(plain('\x1b]'.repeat(100_000)).includes('\x1b'), false);
  assert.ok(process.cpuUsage(start).user < 2_000_000);
});

test('shows control characters and direction marks', () => {
  assert.equal(visible('a\x00b\x07\u202ec\x7f\td'), 'a\u2400b\u2407\ufffdc\u2421\td');
});
