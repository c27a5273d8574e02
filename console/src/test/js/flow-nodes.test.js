import test from 'node:test';
import assert from 'node:assert/strict';
import { certainSkips, nodesOf, openNeeds, ranMillis } from '../../main/resources/META-INF/orrery-console/js/flow-nodes.js';

const flow = nodes => ({ processor: { type: 'flow', nodes } });

test('returns null for a document without a list of nodes', () => {
  for (const document of [null, {}, { processor: null }, { processor: { type: 'noop', nodes: [] } }, flow(7), flow(undefined)]) {
    assert.equal(nodesOf(document), null);
  }
});

test('fills in missing fields of a node, and omits unreadable ones', () => {
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

test('finds the nodes that will be skipped whatever happens to the others', () => {
  const node = (name, state, needs = [], more = {}) => ({ name, state, needs, when: 'succeeded', if: null, continueOnFailure: false, instance: null, ...more });
  const nodes = [
    node('bad', 'FAILED'),
    node('tolerated', 'TIMED_OUT', [], { continueOnFailure: true }),
    node('runs', 'RUNNING', [], { instance: '1' }),
    node('off', 'SKIPPED'),
    node('after bad', 'WAITING', ['runs', 'bad']),
    node('after tolerated', 'WAITING', ['runs', 'tolerated']),
    node('after off', 'WAITING', ['runs', 'off']),
    node('after both', 'WAITING', ['after bad', 'off']),
    node('alert', 'WAITING', ['runs', 'bad'], { when: 'failed' }),
    node('clean', 'WAITING', ['after bad'], { when: 'always' }),
    node('if tolerated', 'WAITING', ['runs', 'tolerated'], { if: { node: 'tolerated', result: ['x'] } }),
    node('if off', 'WAITING', ['runs', 'off'], { when: 'always', if: { node: 'off', result: ['x'] } }),
    node('started', 'WAITING', ['bad'], { instance: '2' }),
    node('circle', 'WAITING', ['circle']),
  ];
  assert.deepEqual([...certainSkips(nodes)].map(([name, { because, needs }]) => [name, because, ...needs]), [
    ['after bad', 'failed', 'bad'],
    ['after both', 'skipped', 'after bad', 'off'],
    ['if tolerated', 'failed', 'tolerated'],
    ['if off', 'skipped', 'off'],
  ]);
});

test('finds all nodes of a dense flow that will be skipped', () => {
  const names = Array.from({ length: 200 }, (_, index) => `n${index}`);
  const nodes = names.map((name, index) => ({ name, state: index === 0 ? 'FAILED' : 'WAITING', needs: names.slice(Math.max(0, index - 20), index), when: 'succeeded', if: null, instance: null }));
  assert.equal(certainSkips(nodes).size, 199);
});

test('takes the run time of a node from its worker, from its start and end, or until now', () => {
  const startedAt = '2027-03-31T10:00:00Z';
  const now = Date.parse('2027-03-31T10:01:00Z');
  assert.equal(ranMillis({ runMillis: 0, startedAt }, now), 0);
  assert.equal(ranMillis({ runMillis: null, startedAt, endedAt: '2027-03-31T10:00:05Z' }, now), 5000);
  assert.equal(ranMillis({ runMillis: null, startedAt, endedAt: null }, now), 60_000);
  assert.equal(ranMillis({ runMillis: null, startedAt: null }, now), null);
});
