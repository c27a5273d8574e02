import test from 'node:test';
import assert from 'node:assert/strict';
import { moveSteps, portState, targets } from '../../main/resources/META-INF/orrery-console/js/protocol-move.js';
import { filterWorkers, missing, summary, unservedLanes, workerState } from '../../main/resources/META-INF/orrery-console/js/worker-states.js';
import { documentOf, fieldsOf } from '../../main/resources/META-INF/orrery-console/js/webhook-form.js';

const replica = (address, protocols, live = true) => ({ address, protocols, live });
const worker = (name, more = {}) => ({ name, agreement: { protocol: 'http' }, processors: ['noop'], tags: [], capacity: 4, held: 0, softwareVersion: '1', ...more });
const PORTS = [{ name: 'http', number: 10010, mayBeClosed: false, reason: 'http must stay open' }, { name: 'akka', number: 10086, mayBeClosed: true, reason: '' }];

const workers = (...items) => ({ items, next: null });

function steps(more) {
  const all = moveSteps({ from: 'http', target: 'akka', recordedMain: 'http', replicas: [], workers: workers(), ports: PORTS, ...more });
  return Object.fromEntries(all.map(step => [step.key, step]));
}

test('begins a protocol move with the replicas and names those that lack the protocol', () => {
  const { activate, deactivate } = steps({ replicas: [replica('a', ['http', 'akka']), replica('b', ['http']), replica('gone', ['http'], false)] });
  assert.deepEqual([activate.done, activate.have, activate.all, activate.names], [false, 1, 2, ['b']]);
  assert.deepEqual([deactivate.done, deactivate.have], [false, 0]);
});

test('completes the last steps of a protocol move only after the record', () => {
  const closed = PORTS.map(port => ({ ...port, mayBeClosed: true }));
  const done = steps({ recordedMain: 'akka', replicas: [replica('a', ['akka'])], workers: workers(worker('w', { agreement: { protocol: 'akka' } })), ports: closed });
  assert.ok(Object.values(done).every(step => step.done));
  assert.equal(steps({ ports: closed }).close.done, false);
  assert.deepEqual(steps({ workers: workers(worker('w')) }).workers.names, ['w']);
});

test('offers both protocols of the plan as targets', () => {
  assert.deepEqual(targets({ ports: PORTS, active: ['http'], recordedMain: 'http' }), ['akka', 'http']);
});

test('shows a worker as draining rather than full', () => {
  assert.equal(workerState(worker('w', { draining: true, held: 4 })), 'DRAINING');
  assert.equal(workerState(worker('w', { held: 4 })), 'FULL');
  assert.equal(workerState(worker('w', { held: 3 })), 'CONNECTED');
  const { states, held, capacity } = summary([worker('a', { held: 4 }), worker('b', { draining: true, held: 1 })], [{}]);
  assert.deepEqual([states, held, capacity], [{ CONNECTED: 0, FULL: 1, DRAINING: 1, REFUSED: 1 }, 5, 4]);
});

test('groups lanes without a worker by processor and tags, in any order of the tags', () => {
  const waiting = (id, waitingFor, requiredTags, dueAt) => ({ id, waitingFor, requiredTags, dueAt, processor: 'noop' });
  const lanes = unservedLanes(
    [
      waiting('1', 'NO_MATCHING_WORKER', ['gpu', 'eu'], '2027-01-02T00:00:00Z'),
      waiting('2', 'NO_MATCHING_WORKER', ['eu', 'gpu'], '2027-01-01T00:00:00Z'),
      waiting('3', 'CAPACITY', [], '2027-01-01T00:00:00Z'),
    ],
    [worker('w', { tags: ['eu'] })],
  );
  assert.deepEqual(lanes.map(lane => [lane.tags, lane.count, lane.oldest.id, lane.missing]), [[['eu', 'gpu'], 2, '2', { processor: null, tags: ['gpu'] }]]);
});

test('names the missing processor, or the missing tags of the closest worker', () => {
  const instance = { processor: 'shell', requiredTags: ['a', 'b'] };
  assert.equal(missing(instance, []), null);
  assert.deepEqual(missing(instance, [worker('w')]), { processor: 'shell', tags: [] });
  const offering = tags => worker('w', { processors: ['shell'], tags });
  assert.deepEqual(missing(instance, [offering([]), offering(['b'])]), { processor: null, tags: ['a'] });
});

test('finds workers by name, processor, tag and version', () => {
  const workers = [worker('alpha', { tags: ['gpu'] }), worker('beta', { processors: ['java:Mail'] })];
  assert.deepEqual(filterWorkers(workers, 'GPU').map(one => one.name), ['alpha']);
  assert.deepEqual(filterWorkers(workers, 'java beta').map(one => one.name), ['beta']);
  assert.equal(filterWorkers(workers, ' ').length, 2);
});

test('omits fields of the webhook form that select everything', () => {
  const fields = fieldsOf(undefined);
  assert.deepEqual(documentOf({ ...fields, url: ' https://a/b ' }), { url: 'https://a/b', window: 'PT10M', lateAfter: 'PT1M', enabled: true, threshold: 1 });
  const stored = { name: 'w', url: 'https://a', events: ['late', 'failed'], jobs: ['a', 'b'], threshold: 3, window: 'PT1H', lateAfter: 'PT5M', enabled: false, status: { version: 1 } };
  assert.deepEqual(documentOf(fieldsOf(stored)), { url: 'https://a', window: 'PT1H', lateAfter: 'PT5M', enabled: false, threshold: 3, events: ['failed', 'late'], jobs: ['a', 'b'] });
});

test('sends an invalid threshold to the API, which names the error', () => {
  assert.equal(documentOf({ ...fieldsOf(undefined), threshold: 'many' }).threshold, 'many');
});

test('shows a lane as served once a worker matches', () => {
  const instance = { id: '1', waitingFor: 'NO_MATCHING_WORKER', processor: 'noop', requiredTags: ['eu'], dueAt: 'x' };
  assert.deepEqual(unservedLanes([instance], [worker('w', { tags: ['eu'] })]), []);
  assert.equal(unservedLanes([instance], [worker('w')]).length, 1);
});

test('shows a port of agents as planned, because the scheduler cannot check it', () => {
  assert.equal(portState({ side: 'agent', open: true }), 'planned');
  assert.equal(portState({ side: 'agent', open: false }), 'closed');
  assert.equal(portState({ side: 'scheduler', open: true }), 'open');
  assert.equal(portState({ side: 'scheduler', open: false }), 'closed');
});
