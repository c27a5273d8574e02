import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffLines, hunks } from '../../main/resources/META-INF/orrery-console/js/line-diff.js';

const short = lines => lines.map(({ kind, text }) => ({ same: ' ', added: '+', removed: '-' })[kind] + text).join('\n');

test('lists removed lines before their replacements', () => {
  assert.equal(short(diffLines('a\nb\nc\n', 'a\nx\nc\n')), ' a\n-b\n+x\n c');
});

test('numbers the lines of each side', () => {
  assert.deepEqual(diffLines('a\nb\n', 'b\nc\n'), [
    { kind: 'removed', text: 'a', left: 1, right: null },
    { kind: 'same', text: 'b', left: 2, right: 1 },
    { kind: 'added', text: 'c', left: null, right: 2 },
  ]);
});

test('compares equal and empty texts', () => {
  assert.deepEqual(diffLines('', ''), []);
  assert.equal(short(diffLines('', 'a\n')), '+a');
  assert.equal(short(diffLines('a\n', '')), '-a');
  assert.equal(short(diffLines('a\nb', 'a\nb\n')), ' a\n b');
});

test('turns one text into the other with the fewest changed lines', () => {
  let seed = 7;
  const random = most => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % most;
  for (let round = 0; round < 2_000; round++) {
    const text = () => Array.from({ length: random(9) }, () => 'abc'[random(3)]);
    const [left, right] = [text(), text()];
    const lines = diffLines(left.join('\n'), right.join('\n'));
    assert.deepEqual(
      lines.filter(line => line.kind !== 'added').map(line => line.text),
      left,
    );
    assert.deepEqual(
      lines.filter(line => line.kind !== 'removed').map(line => line.text),
      right,
    );
    assert.equal(lines.filter(line => line.kind === 'same').length, longestCommon(left, right), `${left} to ${right}`);
  }
});

function longestCommon(left, right) {
  const table = Array.from({ length: left.length + 1 }, () => Array(right.length + 1).fill(0));
  left.forEach((one, i) =>
    right.forEach((other, j) => {
      table[i + 1][j + 1] = one === other ? table[i][j] + 1 : Math.max(table[i][j + 1], table[i + 1][j]);
    }),
  );
  return table[left.length][right.length];
}

test('compares texts without common lines quickly', () => {
  const text = prefix => Array.from({ length: 5_000 }, (_, index) => prefix + index).join('\n');
  const start = process.cpuUsage();
  assert.equal(diffLines(text('a'), text('b')).length, 10_000);
  assert.ok(process.cpuUsage(start).user < 5_000_000);
});

test('shows the lines around a change and counts the others', () => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  const after = before.with(10, 'new');
  const parts = hunks(diffLines(before.join('\n'), after.join('\n')), 2);
  assert.deepEqual(
    parts.map(part => [part.skipped, part.lines.length]),
    [
      [8, 6],
      [7, 0],
    ],
  );
});
