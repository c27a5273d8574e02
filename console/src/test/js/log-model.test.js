import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  LogModel,
  MAX_LINES,
  marked,
  visibleRange,
} from '../../main/resources/META-INF/orrery-console/js/log-model.js';

const line = (sequence, text = `line ${sequence}`, stream = 'stdout', attempt = 1) => ({
  attempt,
  sequence,
  stream,
  text,
  at: '2027-03-28T01:00:00Z',
});
const lines = (from, until) => Array.from({ length: until - from }, (_, index) => line(from + index));
const texts = (model, from = 0, until = model.length) => model.slice(from, until).map(({ text }) => text);

test('drops the oldest lines beyond its capacity', () => {
  const model = new LogModel(3);
  assert.equal(model.append(lines(0, 3)), 0);
  assert.equal(model.append(lines(3, 5)), 2);
  assert.deepEqual(texts(model), ['line 2', 'line 3', 'line 4']);
  assert.equal(model.dropped, 2);
  assert.equal(model.positionOf('1-1'), -1);
  assert.equal(model.positionOf('1-3'), 1);
});

test('omits lines repeated after a reconnect', () => {
  const model = new LogModel();
  model.append(lines(0, 3));
  model.append([...lines(1, 4), line(0, 'again', 'stdout', 2)]);
  assert.deepEqual(texts(model), ['line 0', 'line 1', 'line 2', 'line 3', 'again']);
});

test('filters lines by stream and by attempt', () => {
  const model = new LogModel();
  model.append([line(0, 'out'), line(1, 'err', 'stderr'), line(0, 'second', 'stdout', 2)]);
  model.setStream('stdout', false);
  assert.deepEqual(texts(model), ['err']);
  model.append([line(1, 'out'), line(2, 'err 2', 'stderr', 2)].map(item => ({ ...item, attempt: 2 })));
  assert.deepEqual(texts(model), ['err', 'err 2']);
  model.setStream('stdout', true);
  model.setAttempt(2);
  assert.deepEqual(texts(model), ['second', 'out', 'err 2']);
  assert.deepEqual([...model.attempts], [1, 2]);
  model.setAttempt(null);
  assert.equal(model.length, 5);
});

test('hides lines that report progress until the reader wants them, except the line of a link', () => {
  const model = new LogModel(MAX_LINES, { linked: '1-3' });
  model.append([line(0, '::progress 40 half')]);
  assert.equal(model.hasProgress, true);
  assert.equal(model.length, 0);
  const others = ['::progress', '::progress 1000', ' ::progress 4', '::progressing 4'].map((text, index) => line(index + 4, text));
  model.append([line(1, '::progress 50', 'stderr'), line(2, 'work'), line(3, '::progress 60'), ...others]);
  const shown = ['::progress 50', 'work', '::progress 60', ...others.map(({ text }) => text)];
  assert.deepEqual(texts(model), shown);
  model.setProgress(true);
  assert.deepEqual(texts(model), ['::progress 40 half', ...shown]);
  model.setProgress(false);
  assert.deepEqual(texts(model), shown);
  assert.equal(new LogModel().hasProgress, false);
});

test('keeps positions when dropped lines were hidden by the filter', () => {
  const model = new LogModel(2);
  model.append([line(0, 'a', 'stderr'), line(1, 'b')]);
  model.setStream('stderr', false);
  assert.equal(model.append([line(2, 'c')]), 0);
  assert.equal(model.append([line(3, 'd')]), 1);
  assert.deepEqual(texts(model), ['c', 'd']);
});

test('searches without regard to case and colours, and follows new and dropped lines', () => {
  const model = new LogModel(4);
  model.append([line(0, 'Error'), line(1, 'fine'), line(2, 'an \x1b[31merr\x1b[0mor')]);
  assert.equal(model.search('ERROR'), 2);
  assert.deepEqual(model.matches, [0, 2]);
  model.append([line(3, 'error again'), line(4), line(5)]);
  assert.deepEqual(model.matches, [0, 1]);
  assert.deepEqual(
    model.matches.map(position => model.slice(position, position + 1)[0].sequence),
    [2, 3],
  );
  assert.equal(model.search(''), 0);
});

test('steps through matches in both directions and wraps around', () => {
  const model = new LogModel();
  model.append([line(0, 'x'), line(1), line(2, 'x'), line(3, 'x')]);
  model.search('x');
  assert.equal(model.nextMatch(0), 1);
  assert.equal(model.nextMatch(3), 0);
  assert.equal(model.nextMatch(2, true), 0);
  assert.equal(model.nextMatch(0, true), 2);
  model.search('nothing');
  assert.equal(model.nextMatch(0), -1);
});

test('separates scheduler lines that report missing output', () => {
  const model = new LogModel(1);
  model.append([
    line(0, 'truncated: more than 1 MiB', 'orrery'),
    line(1, 'truncated: by the program'),
    line(2, 'incomplete: lost', 'orrery'),
  ]);
  assert.deepEqual(
    model.notices.map(({ kind, id }) => [kind, id]),
    [
      ['truncated', '1-0'],
      ['incomplete', '1-2'],
    ],
  );
});

test('appends, searches and filters a hundred thousand lines quickly', () => {
  const model = new LogModel();
  const start = process.cpuUsage();
  for (let at = 0; at < MAX_LINES * 1.5; at += 1_000) {
    model.append(lines(at, at + 1_000));
  }
  assert.equal(model.search('9999'), lines(50_000, 150_000).filter(({ text }) => text.includes('9999')).length);
  model.setStream('stdout', false);
  assert.equal(model.length, 0);
  assert.equal(model.size, MAX_LINES);
  assert.ok(process.cpuUsage(start).user < 5_000_000);
});

test('draws only lines near the view', () => {
  assert.deepEqual(visibleRange(0, 400, 20, 100_000, 5), { from: 0, until: 25 });
  assert.deepEqual(visibleRange(20_000, 400, 20, 100_000, 5), { from: 995, until: 1025 });
  assert.deepEqual(visibleRange(99_999_999, 400, 20, 100, 5), { from: 99, until: 100 });
  assert.deepEqual(visibleRange(0, 400, 20, 0), { from: 0, until: 0 });
});

test('marks the query across colour changes', () => {
  const runs = [
    { text: 'an er', classes: '' },
    { text: 'ror here', classes: 'ansi-red' },
  ];
  assert.deepEqual(marked(runs, 'error'), [
    { text: 'an ', classes: '', match: false },
    { text: 'er', classes: '', match: true },
    { text: 'ror', classes: 'ansi-red', match: true },
    { text: ' here', classes: 'ansi-red', match: false },
  ]);
  assert.deepEqual(
    marked([{ text: 'xx', classes: '' }], 'x').map(part => part.match),
    [true, true],
  );
});
