import test from 'node:test';
import assert from 'node:assert/strict';
import { processorWords } from '../../main/resources/META-INF/orrery-console/js/processor-words.js';

test('describes a processor by its type, and a Java processor also by its name', () => {
  assert.equal(processorWords({ type: 'shell', script: 'echo' }), 'shell');
  assert.equal(processorWords({ type: 'java', name: 'import' }), 'java:import');
  assert.equal(processorWords(undefined), '');
});

test('describes a PowerJob processor by execution kind and class', () => {
  const standalone = { type: 'powerjob', executeType: 'STANDALONE', processorType: 'BUILT_IN', processorInfo: 'com.example.CloseDay' };
  assert.equal(processorWords(standalone), 'powerjob STANDALONE com.example.CloseDay');
  assert.equal(processorWords({ ...standalone, processorType: 'EXTERNAL' }), 'powerjob STANDALONE EXTERNAL com.example.CloseDay');
  assert.equal(processorWords({ type: 'powerjob', processorInfo: 'com.example.CloseDay' }), 'powerjob com.example.CloseDay');
});
