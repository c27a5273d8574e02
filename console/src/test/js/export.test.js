import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileName, toCsv, toJson } from '../../main/resources/META-INF/orrery-console/js/export.js';

test('quotes cells with commas, quotes and line breaks, and writes ids in full', () => {
  assert.equal(
    toCsv(
      [{ id: '250205430389669888', error: 'a "b", c\nd', parameters: { x: '1' }, worker: null }],
      ['id', 'error', 'parameters', 'worker'],
    ),
    'id,error,parameters,worker\r\n250205430389669888,"a ""b"", c\nd","{""x"":""1""}",\r\n',
  );
});

test('exports no cell as a formula', () => {
  assert.equal(
    toCsv([{ a: '=cmd()', b: '@x', c: '+1+1', d: '-2', e: '\tx' }], ['a', 'b', 'c', 'd', 'e']).split('\r\n')[1],
    "'=cmd(),'@x,'+1+1,-2,'\tx",
  );
});

test('writes one line of JSON for each item', () => {
  const items = [{ id: '1' }, { id: '2' }];
  assert.deepEqual(JSON.parse(toJson(items)), items);
  assert.equal(toJson(items).split('\n').length, 5);
  assert.deepEqual(JSON.parse(toJson([])), []);
});

test('replaces characters in file names that a system refuses', () => {
  assert.equal(
    fileName(['runs', 'a/../b"'], 'csv', new Date('2027-03-28T01:02:03Z')),
    'runs-a_.._b_-20270328-0102.csv',
  );
});
