import test from 'node:test';
import assert from 'node:assert/strict';
import { nodesOf, openNeeds, ranMillis } from '../../main/resources/META-INF/orrery-console/js/flow-nodes.js';

const flow = nodes => ({ processor: { type: 'flow', nodes } });

test('returns null for a document without a list of nodes', () => {
  for (const document of [null, {}, { processor: null }, { processor: { type: 'noop', nodes: [] } }, flow(7), flow(undefined)]) {
    assert.equal(nodesOf(document), null);
  }
});

test('fills in what a node leaves out, and leaves out what cannot be read', () => {
  const [first, second, ...more] = nodesOf(
    flow([null, 'a', { job: 'nameless' }, { name: 'a' }, { name: 'b', job: 'j', needs: ['a', {}, 'a'], when: 'failed', if: { node: 'a', result: [1, null] }, continueOnFailure: true }]),
  );
  assert.deepEqual(first, { name: 'a', job: '', needs: [], when: 'succeeded', if: null, continueOnFailure: false });
  assert.deepEqual(second, { name: 'b', job: 'j', needs: ['a'], when: 'failed', if: { node: 'a', result: ['1'] }, continueOnFailure: true });
  assert.deepEqual(more, []);
});

test('reads at most as many nodes as a flow may have', () => {
  assert.equal(nodesOf(flow(Array.from({ length: 500 }, (_, index) => ({ name: `n${index}` })))).length, 200);
});

test('names the needs that have not ended', () => {
  const nodes = ['SUCCEEDED', 'RUNNING', 'WAITING', 'SKIPPED', 'CANCELED'].map(state => ({ name: state, state }));
  assert.deepEqual(openNeeds({ needs: nodes.map(({ name }) => name) }, nodes), ['RUNNING', 'WAITING']);
});

test('measures the time of a node by its worker, by its ends, or until now', () => {
  const startedAt = '2027-03-31T10:00:00Z';
  const now = Date.parse('2027-03-31T10:01:00Z');
  assert.equal(ranMillis({ runMillis: 0, startedAt }, now), 0);
  assert.equal(ranMillis({ runMillis: null, startedAt, endedAt: '2027-03-31T10:00:05Z' }, now), 5000);
  assert.equal(ranMillis({ runMillis: null, startedAt, endedAt: null }, now), 60_000);
  assert.equal(ranMillis({ runMillis: null, startedAt: null }, now), null);
});
