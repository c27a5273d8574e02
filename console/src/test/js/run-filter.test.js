import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  CANCELABLE,
  NAMES,
  fromQuery,
  hasCommand,
  hasMistake,
  hasShortError,
  isEmpty,
  toApi,
  toBody,
  toCommand,
} from '../../main/resources/META-INF/orrery-console/js/run-filter.js';
import { END_STATES, INSTANCE_STATES as STATES } from '../../main/resources/META-INF/orrery-console/js/states.js';

const cliSource = name =>
  readFileSync(new URL(`../../../../cli/src/main/java/dev/orrery/cli/${name}.java`, import.meta.url), 'utf8');
/** The sources of the options that select instances. */
const FILTERS = ['instance/FilterOptions', 'client/LabelOptions'];
const NOW = Date.parse('2027-03-28T12:34:56Z');
const read = text => fromQuery(new URLSearchParams(text), STATES);

test('names values of an address that select nothing, instead of selecting more', () => {
  assert.deepEqual(read('state=FAILED&origin=RETRY&span=1h&job=a&tab=x'), {
    state: ['FAILED'],
    origin: 'RETRY',
    span: '1h',
    job: 'a',
  });
  const bad = read('state=BAD&waiting=&origin=x&span=constructor&from=yesterday&until=later&worker=&waiting=x');
  assert.deepEqual(bad, { unknown: ['state=BAD', 'waiting=x', 'origin=x', 'span=constructor', 'from=yesterday', 'until=later'] });
  assert.ok(hasMistake(bad) && !isEmpty(bad));
  assert.ok(hasMistake(read('job=a&state=FAILED&state=failed')));
  assert.ok(!hasMistake(read('state=&waiting=&origin=&span=&from=&until=')));
  assert.ok(isEmpty(read('')));
});

test('selects several states, or one reason to wait, in one query', () => {
  assert.deepEqual(read('state=TIMED_OUT&state=FAILED&state=BAD').state, ['FAILED', 'TIMED_OUT']);
  assert.deepEqual(toApi(read('state=TIMED_OUT&state=FAILED'), NOW), { state: ['FAILED', 'TIMED_OUT'] });
  assert.deepEqual(toBody(read('state=TIMED_OUT&state=WAITING'), NOW, END_STATES).states, ['TIMED_OUT']);
  assert.deepEqual(toApi(read('state=WAITING&waiting=NO_WORKER'), NOW), { state: ['WAITING'], waitingFor: 'NO_WORKER' });
  assert.deepEqual(toBody(read('waiting=NO_WORKER'), NOW, CANCELABLE), { waitingFor: 'NO_WORKER', states: ['WAITING', 'RUNNING'] });
  assert.deepEqual(['state=FAILED', 'state=FAILED&state=SKIPPED', 'waiting=BACKOFF'].map(text => hasCommand(read(text))), [true, false, false]);
});

test('ends a span now and starts it at a full minute', () => {
  assert.deepEqual(toApi(read('span=1h&from=2020-01-01T00:00:00Z'), NOW), { createdFrom: '2027-03-28T11:34:00.000Z' });
});

test('sends bounds as instants', () => {
  assert.deepEqual(toApi(read('from=2027-03-01T00:00:00%2B01:00&until=2027-03-02T00:00:00Z'), NOW), {
    createdFrom: '2027-02-28T23:00:00.000Z',
    createdUntil: '2027-03-02T00:00:00.000Z',
  });
});

test('omits a search text that is too short for the API', () => {
  assert.equal(hasShortError(read('error=ab')), true);
  assert.deepEqual(toApi(read('error=ab'), NOW), {});
  assert.deepEqual(toApi(read('error=%20abc%20'), NOW), { errorText: 'abc' });
});

test('selects by a parameter, in the query, in a body and in the command', () => {
  const filter = read('parameter=orderId:47:11');
  assert.deepEqual(toApi(filter, NOW), { parameter: 'orderId:47:11' });
  assert.deepEqual(toBody(filter, NOW, CANCELABLE), { parameters: { orderId: '47:11' }, states: CANCELABLE });
  assert.equal(toCommand('demo', filter), 'orrery ps -a demo --parameter orderId=47:11');
  assert.deepEqual(toApi(read('parameter=orderId%3D47%3D11'), NOW), { parameter: 'orderId:47=11' });
  for (const bad of ['orderId', ':4711', 'order id:1']) {
    assert.equal(hasMistake({ parameter: bad }), true);
    assert.deepEqual(toApi({ parameter: bad }, NOW), {});
  }
});

test('selects by a label, in the query, in a body and in the command', () => {
  const filter = read('label=team:bil:ling');
  assert.deepEqual(toApi(filter, NOW), { label: 'team:bil:ling' });
  assert.deepEqual(toBody(filter, NOW, CANCELABLE), { labels: { team: 'bil:ling' }, states: CANCELABLE });
  assert.equal(toCommand('demo', filter), 'orrery ps -a demo --label team=bil:ling');
  assert.deepEqual(toBody(read('label=team%3Dbil%3Dling'), NOW, CANCELABLE), { labels: { team: 'bil=ling' }, states: CANCELABLE });
  for (const bad of ['team', ':billing', 'te am:1', 'team:', 'team: ']) {
    assert.equal(hasMistake({ label: bad }), true);
    assert.deepEqual(toApi({ label: bad }, NOW), {});
  }
});

test('restricts a bulk call to states that it can change', () => {
  assert.deepEqual(toBody(read('job=a'), NOW, CANCELABLE), { job: 'a', states: ['WAITING', 'RUNNING'] });
  assert.deepEqual(toBody(read('job=a&state=RUNNING'), NOW, CANCELABLE), { job: 'a', states: ['RUNNING'] });
  assert.deepEqual(toBody(read('state=FAILED'), NOW, CANCELABLE).states, []);
  // The API refuses a body without a filter.
  assert.deepEqual(toBody(read(''), NOW, CANCELABLE), { states: ['WAITING', 'RUNNING'] });
  assert.deepEqual(toBody(read('state=SKIPPED'), NOW, END_STATES).states, ['SKIPPED']);
});

test('includes all supported filters in the equivalent command', () => {
  assert.equal(
    toCommand('demo', read('job=a&state=TIMED_OUT&worker=host-1&error=refused&origin=RETRY&span=24h')),
    'orrery ps -a demo --job a --state TIMED_OUT --worker host-1 --error refused --origin RETRY --since 24h',
  );
  assert.equal(toCommand('demo', read('error=ab&from=2027-03-01T00:00:00Z')), 'orrery ps -a demo');
});

test('uses only existing options in the command', () => {
  const options = [...FILTERS, 'instance/PsCommand'].flatMap(name => [...cliSource(name).matchAll(/names = "(--[a-z]+)"/g)].map(found => found[1]));
  const all = { ...Object.fromEntries(NAMES.map(name => [name, 'x'])), parameter: 'x:y', label: 'x:y' };
  const command = toCommand('demo', { ...all, error: 'abc' });
  const used = [...command.matchAll(/--[a-z]+/g)].map(found => found[0]);

  assert.deepEqual(used.filter(option => !options.includes(option)), []);
  assert.deepEqual(
    FILTERS.flatMap(name => [...cliSource(name).matchAll(/names = "(--[a-z]+)"/g)].map(found => found[1])).filter(option => !used.includes(option)),
    [],
    'filters that the command lacks',
  );
});

test('quotes each command value as one shell word', () => {
  const error = text => toCommand('demo', { error: text }).slice('orrery ps -a demo '.length);

  assert.equal(error('connection refused'), "--error 'connection refused'");
  assert.equal(error("can't `rm -rf ~` $HOME"), String.raw`--error 'can'\''t `+"`rm -rf ~` $HOME'");
  assert.equal(error('-a other'), "--error='-a other'");
  assert.equal(error("it's\u001b[201~\nls \\"), String.raw`--error $'it\'s\u001b[201~\u000als \\'`);
});
