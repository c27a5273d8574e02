import test from 'node:test';
import assert from 'node:assert/strict';
import { HeldList, Poll, connection, retryMillis, untilLoaded } from '../../main/resources/META-INF/orrery-console/js/live.js';

/** A document and a clock that the test moves. */
function environment() {
  const timers = [];
  const listeners = new Set();
  const document = {
    hidden: false,
    addEventListener: (name, listener) => listeners.add(listener),
    removeEventListener: (name, listener) => listeners.delete(listener),
  };
  return {
    document,
    timers,
    listeners,
    setTimeout: (run, millis) => timers.push({ run, millis }) - 1,
    clearTimeout: timer => timers[timer] && (timers[timer].run = null),
    hide(hidden) {
      document.hidden = hidden;
      listeners.forEach(listener => listener());
    },
    pending: () => timers.filter(timer => timer.run !== null),
    async fire() {
      const timer = timers.filter(one => one.run !== null).pop();
      const run = timer.run;
      timer.run = null;
      await run();
    },
  };
}

const settle = () => new Promise(resolve => setImmediate(resolve));
const passing = Object.assign(new Error('away'), { passing: true });
const refused = Object.assign(new Error('no'), { passing: false, code: 'FORBIDDEN' });

/** Returns the answers one after the other; throws those that are errors. */
function inTurn(answers) {
  return async () => {
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return next;
  };
}

test('polls again only after the previous response', async () => {
  const world = environment();
  let calls = 0;
  const poll = new Poll(async () => ++calls, { every: 5000, environment: world });
  assert.equal(poll.loading, true);
  await settle();
  assert.deepEqual([poll.data, poll.loading], [1, false]);
  assert.deepEqual(world.pending().map(timer => timer.millis), [5000]);
  await world.fire();
  assert.equal(poll.data, 2);
  poll.close();
  assert.equal(world.pending().length, 0);
  assert.equal(world.listeners.size, 0);
});

test('pauses polling in a hidden tab and resumes immediately when visible', async () => {
  const world = environment();
  let calls = 0;
  const poll = new Poll(async () => ++calls, { environment: world });
  await settle();
  world.hide(true);
  assert.equal(world.pending().length, 0);
  world.hide(false);
  await settle();
  assert.equal(calls, 2);
  poll.close();
});

test('keeps data, reports the outage and slows retries while the scheduler is unreachable', async () => {
  const world = environment();
  const answers = ['first', passing, passing, 'again'];
  const poll = new Poll(inTurn(answers), { environment: world });
  await settle();
  await world.fire();
  assert.deepEqual([poll.data, poll.problem, connection.state], ['first', null, 'reconnecting']);
  await world.fire();
  assert.deepEqual(world.timers.map(timer => timer.millis), [5000, 1000, 2000]);
  await world.fire();
  assert.deepEqual([poll.data, connection.state], ['again', 'live']);
  poll.close();
});

test('stops counting a closed poll as unreachable', async () => {
  const world = environment();
  const poll = new Poll(async () => { throw passing; }, { environment: world });
  await settle();
  assert.equal(connection.state, 'reconnecting');
  poll.close();
  assert.equal(connection.state, 'live');
});

test('reports a refusal as the problem of the poll and ends loading', async () => {
  const world = environment();
  const poll = new Poll(async () => { throw refused; }, { environment: world });
  await settle();
  assert.deepEqual([poll.problem.code, poll.loading, connection.state], ['FORBIDDEN', false, 'live']);
  poll.close();
});

test('drops a response that arrives after that of a newer call', async () => {
  const world = environment();
  const resolvers = [];
  const poll = new Poll(() => new Promise(resolve => resolvers.push(resolve)), { environment: world });
  const second = poll.refresh();
  resolvers[1]('new');
  await second;
  resolvers[0]('old');
  await settle();
  assert.equal(poll.data, 'new');
  assert.equal(world.pending().length, 1);
  poll.close();
});

test('bounds retry pauses and honours Retry-After', () => {
  assert.deepEqual([1, 2, 3, 4, 5, 50].map(failures => retryMillis(failures)), [1000, 2000, 4000, 8000, 15000, 15000]);
  assert.equal(retryMillis(1, 7), 7000);
  assert.equal(retryMillis(1, 900), 15000);
});

test('updates rows of a held list in place and counts new ones', () => {
  const list = new HeldList();
  list.take([{ id: '2', s: 'a' }, { id: '1', s: 'a' }]);
  list.take([{ id: '3', s: 'a' }, { id: '2', s: 'b' }]);
  assert.deepEqual(list.rows, [{ id: '2', s: 'b' }, { id: '1', s: 'a' }]);
  assert.equal(list.fresh, 1);
  list.showAll();
  assert.deepEqual(list.rows.map(row => row.id), ['3', '2']);
  assert.equal(list.fresh, 0);
  list.take([{ id: '4' }], false);
  assert.deepEqual(list.rows.map(row => row.id), ['4']);
});

test('keeps data after the session ends and continues after the next sign-in', async () => {
  const world = environment();
  const signedOut = Object.assign(new Error('no'), { passing: false, status: 401 });
  const answers = ['first', signedOut, 'again'];
  const poll = new Poll(inTurn(answers), { environment: world });
  await settle();
  await world.fire();
  assert.equal(poll.data, 'first');
  assert.equal(world.pending().length, 0);
  world.hide(true);
  world.hide(false);
  await settle();
  assert.equal(answers.length, 1);
  await poll.refresh();
  assert.deepEqual([poll.data, poll.problem], ['again', null]);
  assert.equal(world.pending().length, 1);
  poll.close();
});

/** Loads with these outcomes in turn; errors are thrown. */
async function loadWith(outcomes, { isWanted = () => true } = {}) {
  const seen = { problems: [], waits: [], calls: 0 };
  const value = await untilLoaded(
    async () => {
      seen.calls++;
      const next = outcomes.shift();
      if (next instanceof Error) throw next;
      return next;
    },
    { isWanted, onProblem: problem => seen.problems.push(problem), wait: async millis => seen.waits.push(millis) },
  );
  return { value, ...seen };
}

const missing = new TypeError('Failed to fetch dynamically imported module');

test('reloads a page that failed to load, with growing pauses', async () => {
  const { value, waits, calls } = await loadWith([missing, passing, missing, 'page']);
  assert.equal(value, 'page');
  assert.deepEqual(waits, [1000, 2000, 4000]);
  assert.equal(calls, 4);
});

test('reloads no page after a script error or a refusal', async () => {
  for (const fault of [new SyntaxError('x'), refused]) {
    const { value, waits, problems } = await loadWith([fault, 'page']);
    assert.deepEqual([value, waits, problems], [undefined, [], [fault]]);
  }
});

test('abandons loading of a page that the user has left', async () => {
  assert.deepEqual((await loadWith([missing, 'page'], { isWanted: () => false })).problems, []);
  assert.equal((await loadWith(['page'], { isWanted: () => false })).value, undefined);
  let wanted = 2;
  const { value, calls } = await loadWith([missing, 'page'], { isWanted: () => wanted-- > 1 });
  assert.deepEqual([value, calls], [undefined, 1]);
});
