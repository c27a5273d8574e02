import test from 'node:test';
import assert from 'node:assert/strict';
import { firstParameters } from '../../main/resources/META-INF/orrery-console/js/first-parts.js';

const many = count => Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, `v${i}`]));

test('shows few short parameters in full', () => {
  assert.deepEqual(firstParameters({ a: '1', b: 'x\ny\nz' }), {
    rows: [
      { name: 'a', value: '1' },
      { name: 'b', value: 'x\ny\nz' },
    ],
    isCut: false,
  });
  assert.deepEqual(firstParameters({}), { rows: [], isCut: false });
  assert.equal(firstParameters(many(8)).isCut, false);
});

test('shows the first of many parameters in their order', () => {
  const { rows, isCut } = firstParameters(many(181));
  assert.deepEqual(rows.map(row => row.name), ['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7']);
  assert.equal(isCut, true);
});

test('truncates a long value by lines or by characters', () => {
  assert.deepEqual(firstParameters({ a: '1\n2\n3\n4' }), { rows: [{ name: 'a', value: '1\n2\n3 …' }], isCut: true });
  const { rows, isCut } = firstParameters({ a: 'x'.repeat(10_000) });
  assert.equal(rows[0].value, `${'x'.repeat(200)} …`);
  assert.equal(isCut, true);
});

test('keeps surrogate pairs together when truncating', () => {
  assert.equal(firstParameters({ a: `${'x'.repeat(199)}😀` }).rows[0].value, `${'x'.repeat(199)} …`);
});
