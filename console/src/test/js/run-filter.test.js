import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CANCELABLE,
  RETRYABLE,
  fromQuery,
  hasShortError,
  isEmpty,
  toApi,
  toBody,
  toCommand,
} from '../../main/resources/META-INF/orrery-console/js/run-filter.js';

const STATES = ['WAITING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'CANCELED', 'SKIPPED'];
const NOW = Date.parse('2027-03-28T12:34:56Z');
const read = text => fromQuery(new URLSearchParams(text), STATES);

test('unknown values of an address are left out', () => {
  assert.deepEqual(read('state=FAILED&origin=RETRY&span=1h&job=a&tab=x'), {
    state: 'FAILED',
    origin: 'RETRY',
    span: '1h',
    job: 'a',
  });
  assert.deepEqual(read('state=BAD&origin=x&span=constructor&from=yesterday&worker='), {});
  assert.ok(isEmpty(read('')));
});

test('a span ends now and starts at a full minute', () => {
  assert.deepEqual(toApi(read('span=1h&from=2020-01-01T00:00:00Z'), NOW), { createdFrom: '2027-03-28T11:34:00.000Z' });
});

test('bounds are instants', () => {
  assert.deepEqual(toApi(read('from=2027-03-01T00:00:00%2B01:00&until=2027-03-02T00:00:00Z'), NOW), {
    createdFrom: '2027-02-28T23:00:00.000Z',
    createdUntil: '2027-03-02T00:00:00.000Z',
  });
});

test('a text that the API would refuse as too short is not sent', () => {
  assert.equal(hasShortError(read('error=ab')), true);
  assert.deepEqual(toApi(read('error=ab'), NOW), {});
  assert.deepEqual(toApi(read('error=%20abc%20'), NOW), { errorText: 'abc' });
});

test('the body of a call for many has only states that it can change', () => {
  assert.deepEqual(toBody(read('job=a'), NOW, CANCELABLE), { job: 'a', states: ['WAITING', 'RUNNING'] });
  assert.deepEqual(toBody(read('job=a&state=RUNNING'), NOW, CANCELABLE), { job: 'a', states: ['RUNNING'] });
  assert.deepEqual(toBody(read('state=FAILED'), NOW, CANCELABLE).states, []);
  assert.deepEqual(toBody(read('state=SKIPPED'), NOW, RETRYABLE).states, ['SKIPPED']);
});

test('the command that lists the same', () => {
  assert.equal(
    toCommand('demo', read('job=a&state=FAILED&span=24h')),
    'orrery ps -a demo --job a --state FAILED --since 24h',
  );
});
