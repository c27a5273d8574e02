// The calls that buttons of the console make: method, path, preconditions, keys and body.

import test from 'node:test';
import assert from 'node:assert/strict';
import { contextOf, load, open, openPage, pause, screenOf, t, unsentWrites, writes } from './harness/browser.js';

const JOB = { app: 'demo', job: 'nightly' };
const stored = {
  name: 'nightly',
  enabled: true,
  processor: { type: 'noop' },
  parameters: { day: 'today' },
  status: { version: 3, paused: false },
};
const job = { body: stored, etag: '"3-1"' };
const list = (...items) => ({ body: { items, next: null } });
const jobAnswers = { 'GET /apps/demo/jobs/nightly': job, 'GET ': list() };
const refusal = { status: 503, body: { code: 'UNAVAILABLE', detail: 'The outcome is unknown.' } };

/** Answers the first call as given, and later ones with 200. */
function once(answer, later = { body: {} }) {
  let first = true;
  return () => {
    const now = first ? answer : later;
    first = false;
    return now;
  };
}

/** The calls that a press sends; the value of the key is checked, and only its presence compared. */
function sent() {
  return writes().map(({ 'Idempotency-Key': key, ...call }) => {
    if (key === undefined) {
      return call;
    }
    assert.match(key, /^[0-9a-f]{32}$/);
    return { ...call, keyed: true };
  });
}

test('deletes a job only after its name is typed and at the shown version', async () => {
  open({ answers: jobAnswers });
  const page = await openPage('job', JOB, 'tab=definition');
  await page.press(t('definition.delete'));
  await assert.rejects(page.press(t('definition.delete')), /disabled/);
  await page.type(t('confirm.type', { name: 'nightly' }), 'nightl');
  await assert.rejects(page.press(t('definition.delete')), /disabled/);
  await page.type(t('confirm.type', { name: 'nightly' }), 'nightly');
  assert.deepEqual(sent(), []);
  await page.press(t('definition.delete'));
  assert.deepEqual(sent(), [{ call: 'DELETE /apps/demo/jobs/nightly', 'If-Match': '"3-1"' }]);
  assert.match(page.moves.join(), /\/apps\/demo\/jobs$/);
});

test('deletes no version that was written while the dialog was open', async () => {
  const { jobDefinition } = await load('components/job-definition.js');
  open();
  let loaded = job;
  const tab = jobDefinition({ ctx: contextOf(JOB), ...JOB, loaded: () => loaded, refresh: () => {} });
  const screen = screenOf(tab.view);
  await screen.press(t('definition.delete'));
  loaded = { ...job, etag: '"4-1"' };
  await screen.type(t('confirm.type', { name: 'nightly' }), 'nightly');
  await screen.press(t('definition.delete'));
  assert.equal(sent()[0]['If-Match'], '"3-1"');
});

test('saves an edited definition over the version that it is based on', async () => {
  open({ answers: jobAnswers });
  const page = await openPage('job', JOB, 'tab=definition');
  await page.type(t('definition.title'), 'name: nightly\nprocessor:\n  type: noop\n');
  await pause();
  await page.press(t('definition.review'));
  await page.press(t('definition.save'));
  assert.deepEqual(sent(), [{ call: 'PUT /apps/demo/jobs/nightly', 'If-Match': '"3-1"', body: { name: 'nightly', processor: { type: 'noop' } } }]);
});

/** Edits the definition while another user saves version 4; returns the page with the conflict dialog. */
async function conflict() {
  const theirs = { body: { ...stored, parameters: { day: 'tomorrow' }, status: { version: 4 } }, etag: '"4-1"' };
  open({
    answers: {
      'PUT /apps/demo/jobs/nightly?dryRun=true': { body: { change: 'update', differences: [] } },
      'PUT /apps/demo/jobs/nightly': once({ status: 412, body: { code: 'CONFLICT', detail: 'x' } }),
      'GET /apps/demo/jobs/nightly': once(job, theirs),
      'GET ': list(),
    },
  });
  const page = await openPage('job', JOB, 'tab=definition');
  await page.type(t('definition.title'), 'name: nightly\nenabled: true\nprocessor:\n  type: shell\nparameters:\n  day: today\n');
  await pause();
  await page.press(t('definition.review'));
  await page.press(t('definition.save'));
  return page;
}

test('saves an edit with the changes of a version that another user wrote', async () => {
  const page = await conflict();
  const change = (before, after) => `${t('diff.removed')} +${before} .*${t('diff.added')} +${after}`;
  assert.match(page.text(), new RegExp(`${t('conflict.theirs')}.*${change('day: today', 'day: tomorrow')}.*${t('conflict.mine')}.*${change('type: noop', 'type: shell')}`, 's'));
  await page.press(t('conflict.keep'));
  await pause();
  await page.press(t('definition.review'));
  await page.press(t('definition.save'));
  const [first, second] = sent();
  assert.deepEqual([first['If-Match'], second['If-Match']], ['"3-1"', '"4-1"']);
  assert.deepEqual(second.body, { name: 'nightly', enabled: true, processor: { type: 'shell' }, parameters: { day: 'tomorrow' } });
});

test('sends no edit that is discarded for the version of another user', async () => {
  const page = await conflict();
  await page.press(t('conflict.discard'));
  await pause();
  await assert.rejects(page.press(t('definition.review')), /disabled/);
  assert.equal(sent().length, 1);
});

test('saves no definition that is invalid or still being checked', async () => {
  const mistake = { status: 422, body: { code: 'INVALID', detail: 'x', field: 'processor.type', errors: [{ field: 'processor.type', message: 'x' }] } };
  open({ answers: { 'PUT /apps/demo/jobs/nightly?dryRun=true': mistake, ...jobAnswers } });
  const page = await openPage('job', JOB, 'tab=definition');
  await page.type(t('definition.title'), 'name: nightly\nprocessor:\n  type: nope\n');
  assert.equal(page.canPress(t('definition.review')), false);
  await pause();
  assert.equal(page.canPress(t('definition.review')), false);
  await page.type(t('definition.title'), 'name: [');
  assert.equal(page.canPress(t('definition.review')), false);
});

test('replaces no existing job with a new job of the same name', async () => {
  open({ answers: { 'PUT /apps/demo/jobs/fresh?dryRun=true': { body: { change: 'create' } } } });
  const page = await openPage('editor', { app: 'demo' });
  await page.type(t('editor.document'), 'name: fresh\nprocessor:\n  type: noop\n');
  await pause();
  await page.press(t('editor.create'));
  assert.deepEqual(sent(), [{ call: 'PUT /apps/demo/jobs/fresh', 'If-None-Match': '*', body: { name: 'fresh', processor: { type: 'noop' } } }]);
});

test('restores an old version unchanged over the compared version', async () => {
  const old = { name: 'nightly', processor: { type: 'shell' } };
  const versions = list({ version: 3, document: stored }, { version: 2, document: old });
  open({ answers: { 'GET /apps/demo/jobs/nightly/versions': versions, ...jobAnswers } });
  const page = await openPage('job', JOB, 'tab=versions&version=2');
  await page.press(t('versions.restore'));
  await page.press(t('versions.restoreAction', { version: '2' }));
  assert.deepEqual(sent(), [{ call: 'PUT /apps/demo/jobs/nightly', 'If-Match': '"3-1"', body: old }]);
});

test('offers no restore of the current version', async () => {
  open({ answers: { 'GET /apps/demo/jobs/nightly/versions': list({ version: 3, document: stored }), ...jobAnswers } });
  const page = await openPage('job', JOB, 'tab=versions');
  await assert.rejects(page.press(t('versions.restore')));
});

test('runs a job with changed parameters and the idempotency key of its dialog', async () => {
  open({ answers: { 'POST ': once(refusal, { body: { id: '7' } }), ...jobAnswers } });
  const page = await openPage('job', JOB);
  await page.press(t('job.run'));
  await page.press(t('run.dialog.action'));
  await page.press(t('run.dialog.action'));
  const call = { call: 'POST /apps/demo/jobs/nightly/instances', body: {}, keyed: true };
  assert.deepEqual(sent(), [call, call]);
  assert.equal(writes()[0]['Idempotency-Key'], writes()[1]['Idempotency-Key']);

  await page.press(t('job.run'));
  await page.type('day', 'yesterday');
  await page.type(t('run.dialog.later', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone }), '2027-03-01T10:00:00');
  await page.press(t('run.dialog.action'));
  assert.deepEqual(writes()[2].body, { parameters: { day: 'yesterday' }, runAt: new Date(2027, 2, 1, 10).toISOString() });
  assert.notEqual(writes()[2]['Idempotency-Key'], writes()[0]['Idempotency-Key']);
});

test('runs chosen jobs in one call with the idempotency key of its dialog', async () => {
  const { runJobsNow } = await load('job-actions.js');
  open({ answers: { 'POST ': once(refusal, { body: { ids: ['7', '8'] } }) } });
  const screen = screenOf(() => []);
  runJobsNow('demo', ['a', 'b']);
  await screen.press(t('jobs.run.action', { n: 2 }));
  await screen.press(t('jobs.run.action', { n: 2 }));
  const call = { call: 'POST /apps/demo/instances', body: { instances: [{ job: 'a' }, { job: 'b' }] }, keyed: true };
  assert.deepEqual(sent(), [call, call]);
  assert.equal(writes()[0]['Idempotency-Key'], writes()[1]['Idempotency-Key']);
});

test('pauses a job with a note and resumes it', async () => {
  open({ answers: jobAnswers });
  const page = await openPage('job', JOB);
  await page.press(t('job.pause'));
  await page.type(t('jobs.pause.note'), ' waits for the database ');
  await page.press(t('jobs.pause.action', { n: 1 }));
  assert.deepEqual(sent(), [{ call: 'POST /apps/demo/jobs/nightly/pause', body: { note: 'waits for the database' } }]);

  open({ answers: { ...jobAnswers, 'GET /apps/demo/jobs/nightly': { body: { ...stored, status: { version: 3, paused: true } } } } });
  const paused = await openPage('job', JOB);
  await paused.press(t('job.resume'));
  await paused.press(t('jobs.resume.action', { n: 1 }));
  assert.deepEqual(sent(), [{ call: 'POST /apps/demo/jobs/nightly/resume' }]);
});

test('pauses each chosen job, even if one is refused', async () => {
  const { pauseJobs } = await load('job-actions.js');
  open({ answers: { 'POST /apps/demo/jobs/b/': refusal } });
  const screen = screenOf(() => []);
  pauseJobs('demo', ['a', 'b', 'c', 'd', 'e']);
  await screen.press(t('jobs.pause.action', { n: 5 }));
  assert.deepEqual(sent().map(({ call }) => call), ['a', 'b', 'c', 'd', 'e'].map(name => `POST /apps/demo/jobs/${name}/pause`));
});

for (const [what, enabled] of [['enable', true], ['disable', false]]) {
  test(`${what}s all chosen jobs or none, each with its ETag`, async () => {
    const { enableJobs } = await load('job-actions.js');
    open({ answers: { 'GET /apps/demo/jobs/nightly': job, 'GET /apps/demo/jobs/other': { body: { ...stored, name: 'other' }, etag: '"8-1"' } } });
    const screen = screenOf(() => []);
    enableJobs('demo', ['nightly', 'other'], enabled);
    await screen.press(t(`jobs.${what}.action`, { n: 2 }));
    const document = { name: 'nightly', processor: { type: 'noop' }, parameters: { day: 'today' }, enabled };
    assert.deepEqual(sent(), [
      { call: 'POST /apps/demo/jobs:apply', body: { jobs: [{ ...document, etag: '"3-1"' }, { ...document, name: 'other', etag: '"8-1"' }] } },
    ]);
  });
}

const instance = (id, state) => ({ id, job: 'nightly', app: 'demo', state, parameters: { day: 'today' } });

test('retries or cancels one run by its id', async () => {
  const { openCancel, openRetry } = await load('components/run-dialogs.js');
  open({ answers: { 'POST ': { body: { id: '9' } } } });
  const screen = screenOf(() => []);
  openRetry({ app: 'demo', instance: instance('7', 'FAILED') });
  await screen.press(t('retry.action'));
  openCancel({ instance: instance('8', 'RUNNING') });
  await screen.press(t('cancel.action'));
  assert.deepEqual(sent(), [{ call: 'POST /instances/7/retry', keyed: true }, { call: 'POST /instances/8/cancel?once=true' }]);
});

test('cancels the nodes for the end of a flow that is shown as ending', async () => {
  const { openCancel } = await load('components/run-dialogs.js');
  open({ answers: { 'POST ': { body: {} } } });
  const screen = screenOf(() => []);
  openCancel({ instance: { ...instance('8', 'RUNNING'), nodes: { ending: 'CANCELED' } } });
  await screen.press(t('cancel.action'));
  assert.deepEqual(sent(), [{ call: 'POST /instances/8/cancel?once=false' }]);
});

test('retries a flow from its failed nodes after a question', async () => {
  const nodes = { total: 2, waiting: 0, active: 0, succeeded: 1, failed: 1, skipped: 0 };
  open({ answers: { 'POST /instances/7/retry': { body: { id: '9' } }, 'GET /instances/7/': list(), 'GET /instances/7': { body: { id: '7', app: 'demo', job: 'nightly', state: 'FAILED', parameters: {}, nodes } }, ...jobAnswers } });
  const page = await openPage('run', { id: '7' });
  await page.press(t('retry.failed.action'));
  assert.deepEqual(sent(), []);
  await page.press(t('retry.failed.action'));
  assert.deepEqual(sent(), [{ call: 'POST /instances/7/retry', body: { mode: 'failed' }, keyed: true }]);
  assert.match(page.moves.join(), /\/runs\/9$/);
});

for (const [state, isOffered] of [
  ['FAILED', true],
  ['TIMED_OUT', true],
  ['CANCELED', true],
  ['SUCCEEDED', false],
  ['RUNNING', false],
]) {
  test(`offers ${isOffered ? 'the' : 'no'} retry of the flow on the page of a node that is ${state}`, async () => {
    const node = { ...instance('202', state), job: 'bill-job', parent: '7', node: 'bill' };
    open({ answers: { 'POST /instances/7/retry': { body: { id: '9' } }, 'GET /instances/202/': list(), 'GET /instances/202': { body: node }, 'GET /instances/7': { body: instance('7', 'FAILED') }, ...jobAnswers } });
    const page = await openPage('run', { id: '202' });
    assert.equal(page.canPress(t('retry.flow.action')), isOffered);
    if (isOffered) {
      assert.match(page.text(), new RegExp(`${t('retry.flow.action')} ${t('retry.action')} `));
      await page.press(t('retry.flow.action'));
      await page.press(t('retry.failed.action'));
      assert.deepEqual(sent(), [{ call: 'POST /instances/7/retry', body: { mode: 'failed' }, keyed: true }]);
      assert.match(page.moves.join(), /\/runs\/9$/);
    }
  });
}

test('says that a single retry of a node does not belong to its flow', async () => {
  const { openRetry } = await load('components/run-dialogs.js');
  for (const node of [undefined, 'bill']) {
    open();
    const screen = screenOf(() => []);
    openRetry({ app: 'demo', instance: { ...instance('202', 'FAILED'), node } });
    assert.equal(screen.text().includes(t('retry.outside', { node: 'bill' })), node === 'bill');
  }
});

test('sends all parameters when rerunning an earlier run', async () => {
  const { openRun } = await load('components/run-dialogs.js');
  open({ answers: { 'POST ': { body: { id: '9' } } } });
  const screen = screenOf(() => []);
  openRun({ ...JOB, parameters: { day: 'today' }, title: 'Run again' });
  await screen.press(t('run.dialog.action'));
  assert.deepEqual(sent(), [{ call: 'POST /apps/demo/jobs/nightly/instances', body: { parameters: { day: 'today' } }, keyed: true }]);
});

const runs = list(...['WAITING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'CANCELED', 'SKIPPED'].map((state, index) => instance(String(9 - index), state)));

for (const [kind, ids] of [['cancel', ['9', '8']], ['retry', ['7', '6', '5', '4', '3']]]) {
  test(`sends a ${kind} for those chosen runs that allow it`, async () => {
    open({ answers: { 'GET /apps/demo/instances': runs } });
    const page = await openPage('runs', { app: 'demo' });
    await page.check(t('table.chooseAll'));
    await page.press(t(`many.action.${kind}`, { n: ids.length }));
    await page.press(t(`many.action.${kind}`, { n: ids.length }));
    assert.deepEqual(sent(), ids.map(id => ({ call: `POST /instances/${id}/${kind}${kind === 'cancel' ? '?once=true' : ''}`, ...(kind === 'retry' && { keyed: true }) })));
  });
}

for (const [kind, query, states] of [
  ['cancel', '', ['WAITING', 'RUNNING']],
  ['cancel', 'state=RUNNING', ['RUNNING']],
  ['retry', '', ['FAILED', 'TIMED_OUT']],
  ['retry', 'state=CANCELED', ['CANCELED']],
]) {
  test(`counts the runs of the filter '${query}' before a ${kind} of all of them`, async () => {
    let dry = null;
    open({
      answers: {
        'GET /apps/demo/instances': runs,
        [`POST /apps/demo/instances:${kind}?dryRun=true`]: call => {
          if (call.body.origin === 'FLOW') {
            return { body: { matched: 3 } };
          }
          dry = call;
          return { body: { matched: 12 } };
        },
        'POST ': once(refusal, { body: { changed: 12 } }),
      },
    });
    const page = await openPage('runs', { app: 'demo' }, `job=nightly&${query}`);
    await page.press(t(`many.all.${kind}`));
    assert.deepEqual(sent(), []);
    assert.equal(page.text().includes(t('many.nodes', { n: 3 })), kind === 'retry');
    await page.press(t(`many.action.${kind}`, { n: 12 }));
    await page.press(t(`many.action.${kind}`, { n: 12 }));
    const call = { call: `POST /apps/demo/instances:${kind}`, body: { job: 'nightly', states } };
    assert.deepEqual(dry.body, call.body);
    assert.deepEqual(sent(), Array(2).fill(kind === 'retry' ? { ...call, keyed: true } : call));
    assert.equal(writes()[0]['Idempotency-Key'], writes()[1]['Idempotency-Key']);
  });
}

test('starts a backfill for the counted fires and cancels it by its id', async () => {
  const trigger = { type: 'cron', cron: '0 0 * * *', zone: 'UTC' };
  const backfill = { id: 4, from: '2026-01-01T00:00:00Z', until: '2026-01-02T00:00:00Z', instances: 2, states: { WAITING: 1 }, createdAt: '2026-01-03T00:00:00Z' };
  open({
    answers: {
      'GET /apps/demo/jobs/nightly/backfills': list(backfill),
      'GET /apps/demo/jobs/nightly/fire-times': { body: { fireTimes: ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'] } },
      'GET /apps/demo/jobs/nightly': { body: { ...stored, trigger } },
      'GET ': list(),
    },
  });
  const page = await openPage('job', JOB, 'tab=schedule');
  await page.type(t('backfill.from'), '2026-01-01T00:00:00');
  await page.type(t('backfill.until'), '2026-01-02T00:00:00');
  await page.type(t('backfill.order'), 'allow');
  await page.press(t('backfill.count'));
  await page.press(t('backfill.start'));
  await page.press(t('backfill.start'));
  await page.press(t('backfill.cancel'));
  await page.press(t('backfill.cancel'));
  assert.deepEqual(sent(), [
    { call: 'POST /apps/demo/jobs/nightly/backfills', body: { from: '2026-01-01T00:00:00.000Z', until: '2026-01-02T00:00:00.000Z', overlap: 'allow' }, keyed: true },
    { call: 'POST /apps/demo/jobs/nightly/backfills/4/cancel' },
  ]);
});

const settings = {
  'GET /apps/demo/tokens': list({ id: '7', role: 'operator', createdAt: '2027-01-01T00:00:00Z' }),
  'GET /apps/demo/webhooks': list({ name: 'chat', url: 'https://chat/', events: ['failed'] }),
  'GET /apps/demo': { body: { name: 'demo', paused: false } },
};
const webhook = { body: { name: 'chat', url: 'https://chat/', events: ['failed'] }, etag: '"5"' };

test('pauses an app with a note and resumes it', async () => {
  open({ answers: settings });
  const page = await openPage('app', { app: 'demo' });
  await page.press(t('app.pause'));
  await page.type(t('jobs.pause.note'), 'move');
  await page.press(t('app.pause'));
  assert.deepEqual(sent(), [{ call: 'POST /apps/demo/pause', body: { note: 'move' } }]);
  open({ answers: { ...settings, 'GET /apps/demo': { body: { name: 'demo', paused: true } } } });
  const paused = await openPage('app', { app: 'demo' });
  await paused.press(t('app.resume'));
  assert.deepEqual(sent(), [{ call: 'POST /apps/demo/resume' }]);
});

test('deletes an app with its contents only if that is confirmed', async () => {
  for (const [withContents, call] of [[false, 'DELETE /apps/demo'], [true, 'DELETE /apps/demo?withContents=true']]) {
    open({ role: 'admin', answers: settings });
    const page = await openPage('app', { app: 'demo' });
    await page.press(t('app.remove'));
    await page.check(t('app.removeContents'), withContents);
    await page.type(t('confirm.type', { name: 'demo' }), 'demo');
    await page.press(t('app.remove'));
    assert.deepEqual(sent(), [{ call }]);
  }
});

test('creates a token as chosen and revokes it by its id', async () => {
  open({ answers: settings });
  const page = await openPage('app', { app: 'demo' });
  await page.press(t('app.newToken'));
  await page.check(`${t('role.worker')} ${t('app.role.worker')}`);
  await page.type(t('app.tokenName'), 'ci');
  await page.type(t('app.expires'), '0');
  await page.press(t('app.createToken'));
  await page.press(t('app.revoke'));
  await page.press(t('app.revoke'));
  assert.deepEqual(sent(), [{ call: 'POST /apps/demo/tokens', body: { role: 'worker', name: 'ci' } }, { call: 'DELETE /apps/demo/tokens/7' }]);
});

test('creates no webhook over another one, and updates only the version that was read', async () => {
  open({ answers: { 'GET /apps/demo/webhooks/chat': webhook, ...settings } });
  const page = await openPage('app', { app: 'demo' });
  await page.press(t('app.newWebhook'));
  await page.type(t('app.field.name'), 'mail');
  await page.type(t('app.field.url'), 'https://mail/');
  await page.press(t('app.createWebhook'));
  await page.press(t('app.editWebhook', { name: 'chat' }));
  await page.press(t('app.saveWebhook'));
  const [created, edited] = sent();
  assert.deepEqual([created.call, created['If-None-Match'], created['If-Match'], created.body.url], ['PUT /apps/demo/webhooks/mail', '*', undefined, 'https://mail/']);
  assert.deepEqual([edited.call, edited['If-None-Match'], edited['If-Match'], edited.body.url], ['PUT /apps/demo/webhooks/chat', undefined, '"5"', 'https://chat/']);
});

test('tests a webhook immediately, and asks before rotating its secret or deleting it', async () => {
  open({ answers: { 'GET /apps/demo/webhooks/chat': webhook, ...settings } });
  const page = await openPage('app', { app: 'demo' });
  await page.press(t('app.rotate', { name: 'chat' }));
  await page.press(t('app.rotateAction'));
  await page.press(t('app.deleteWebhook', { name: 'chat' }));
  await page.press(t('app.deleteAction'));
  await page.press(t('app.test'));
  assert.deepEqual(sent(), [
    { call: 'POST /apps/demo/webhooks/chat/secret' },
    { call: 'DELETE /apps/demo/webhooks/chat', 'If-Match': '"5"' },
    { call: 'POST /apps/demo/webhooks/chat/test' },
  ]);
});

test('deletes no webhook that another user changed, and says so', async () => {
  const refused = { status: 412, body: { code: 'PRECONDITION_FAILED', detail: 'If-Match does not hold.' } };
  open({ answers: { 'GET /apps/demo/webhooks/chat': webhook, 'DELETE ': refused, ...settings } });
  const page = await openPage('app', { app: 'demo' });
  await page.press(t('app.deleteWebhook', { name: 'chat' }));
  await page.press(t('app.deleteAction'));
  assert.match(page.text(), /If-Match does not hold\..*PRECONDITION_FAILED/);
  open({ answers: { 'GET /apps/demo/webhooks/chat': { status: 404, body: { code: 'NOT_FOUND', detail: 'There is none.' } }, ...settings } });
  const later = await openPage('app', { app: 'demo' });
  await later.press(t('app.deleteWebhook', { name: 'chat' }));
  assert.deepEqual(sent(), []);
});

test('records the chosen main protocol', async () => {
  const protocol = { recordedMain: 'http', main: 'http', active: ['http', 'akka'], ports: [], softwareVersion: '1', minVersion: 1, maxVersion: 1 };
  const replica = { id: 'r', ready: true, live: true, unready: [], protocols: ['http', 'akka'], main: 'http', clockOffset: null };
  open({ role: 'admin', answers: { 'GET /protocol': { body: protocol }, 'GET /cluster': list(replica), 'GET /workers': { body: { items: [], refused: [], next: null } }, 'GET /storage': { status: 404, body: { code: 'NOT_FOUND' } } } });
  const page = await openPage('cluster', {}, 'to=akka');
  await page.press(t('cluster.record', { protocol: 'akka' }));
  await page.press(t('cluster.record', { protocol: 'akka' }));
  assert.deepEqual(sent(), [{ call: 'POST /protocol/main', body: { protocol: 'akka' } }]);
});

test('offers a viewer no action that changes anything', async () => {
  open({ role: 'viewer', answers: jobAnswers });
  const page = await openPage('job', JOB, 'tab=definition');
  for (const label of ['job.run', 'job.pause', 'definition.review', 'definition.delete']) {
    assert.equal(page.canPress(t(label)), false, label);
  }
});

test('offers an admin to create the app whose name was typed', async () => {
  const { openApps } = await load('components/palette.js');
  open({ role: 'admin', answers: { 'GET /apps?': list({ name: 'demo' }) } });
  const screen = screenOf(() => []);
  openApps(() => {});
  await screen.type(t('palette.apps'), 'fresh');
  await screen.choose(t('palette.create', { app: 'fresh' }));
  await screen.press(t('palette.create', { app: 'fresh' }));
  assert.deepEqual(sent(), [{ call: 'PUT /apps/fresh', body: {} }]);
});

for (const [what, apps] of [
  ['that exists', list({ name: 'demo' }, { name: 'fresh' })],
  ['while the list cannot be read', { status: 503, body: {} }],
]) {
  test(`offers an admin no creation of an app ${what}`, async () => {
    const { openApps } = await load('components/palette.js');
    open({ role: 'admin', answers: { 'GET /apps?': apps } });
    const screen = screenOf(() => []);
    openApps(() => {});
    const typed = screen.type(t('palette.apps'), 'fresh');
    const create = t('palette.create', { app: 'fresh' });
    assert.ok(!screen.text().includes(create), 'before the list is there');
    await typed;
    assert.ok(!screen.text().includes(create), 'behind the list');
  });
}

test('pauses the job that is named after the command in the search', async () => {
  const { openSearch } = await load('components/palette.js');
  const searched = [];
  open({ answers: { 'GET /apps/demo/jobs': ({ call }) => searched.push(new URLSearchParams(call.split('?')[1]).get('search')) && list({ name: 'nightly' }), 'GET ': list() } });
  const screen = screenOf(() => []);
  openSearch('demo', () => {});
  await screen.type(t('palette.search'), 'Pau night');
  await pause();
  assert.ok(searched.includes('night'));
  await screen.choose(`${t('jobs.do.pause')}: nightly`);
  await screen.press(t('jobs.pause.action', { n: 1 }));
  assert.deepEqual(sent(), [{ call: 'POST /apps/demo/jobs/nightly/pause' }]);
});

test('looks up no digits that cannot be the id of a run', async () => {
  const { openSearch } = await load('components/palette.js');
  const asked = [];
  const id = String(BigInt(Date.now() - 60_000 - Date.UTC(2025, 0, 1)) << 22n);
  open({ answers: { 'GET /instances/': call => asked.push(call.call) && { body: { id, job: 'nightly' } }, 'GET ': list() } });
  const screen = screenOf(() => []);
  openSearch('demo', () => {});
  for (const text of ['1234567', id.slice(0, -1), `${id}0`, id]) {
    await screen.type(t('palette.search'), text);
    await pause();
  }
  assert.deepEqual(asked, [`GET /instances/${id}`]);
  assert.match(screen.text(), new RegExp(`${id} nightly`));
});

test('opens the runs with a parameter from the search', async () => {
  const { openSearch } = await load('components/palette.js');
  const moves = [];
  open({ answers: { 'GET ': list() } });
  const screen = screenOf(() => []);
  openSearch('demo', address => moves.push(address));
  await screen.type(t('palette.search'), 'orderId:4711');
  await pause();
  await screen.choose(t('palette.parameter', { text: 'orderId:4711' }));
  assert.match(moves[0], /runs\?parameter=orderId(:|%3A)4711$/);
});

const everyQuarter = { 'GET /cron/': { body: { fireTimes: [] } }, 'PUT ': { body: { change: 'create', fireTimes: [] } }, 'GET ': list() };

test('updates the form at each letter and keeps the typed text until the field is left', async () => {
  open({ answers: everyQuarter });
  const page = await openPage('editor', { app: 'demo' });
  const [name, tags] = [t('form.field.name'), t('form.field.requiredTags')];
  await page.type(name, ' fresh ');
  assert.match(page.value(t('editor.document')), /^name: fresh\n/);
  assert.equal(page.value(name), ' fresh ');
  await page.leave(name);
  assert.equal(page.value(name), 'fresh');
  await page.type(tags, 'gpu, ');
  assert.equal(page.value(tags), 'gpu, ');
  await page.type(t('editor.document'), 'name: other\nrequiredTags: [ssd]\nprocessor:\n  type: noop\n');
  assert.deepEqual([page.value(name), page.value(tags)], ['other', 'ssd']);
});

test('marks a page as unsaved from the first typed letter', async () => {
  open({ answers: everyQuarter });
  const { page: editor } = await load('pages/editor.js');
  (await load('unsaved.js')).drafts.clear();
  const ctx = contextOf({ app: 'demo' });
  let isUnsaved;
  ctx.guard = question => {
    isUnsaved = question;
    return () => {};
  };
  const screen = screenOf(editor(ctx).view);
  assert.equal(isUnsaved(), false);
  await screen.type(t('form.field.timeout'), 'P');
  assert.equal(isUnsaved(), true);
});

test('keeps a field that controls the form while it is empty', async () => {
  open({ answers: everyQuarter });
  const page = await openPage('editor', { app: 'demo' });
  await page.type(t('editor.document'), 'name: fresh\ntrigger:\n  every: PT15M\nprocessor:\n  type: shell\n  command: [echo]\n');
  for (const [label, text] of [['form.field.trigger.every', 'PT5M'], ['form.field.processor.command', 'ls -l']]) {
    await page.type(t(label), '');
    assert.equal(page.value(t(label)), '');
    await page.type(t(label), text);
  }
  assert.match(page.value(t('editor.document')), /every: PT5M\n.*command:\n +- ls\n +- "-l"\n/s);
});

test('shows the time-out of a flow, and no attempts', async () => {
  open({ answers: everyQuarter });
  const page = await openPage('editor', { app: 'demo' });
  const flow = 'name: etl\nprocessor:\n  type: flow\n  nodes:\n    - {name: load, job: load}\n';

  await page.type(t('editor.document'), `${flow}timeout: PT1H\n`);
  assert.equal(page.value(t('form.field.timeout.flow')), 'PT1H');
  assert.doesNotMatch(page.text(), new RegExp(t('form.field.retry.maxAttempts')));

  await page.type(t('editor.document'), `${flow}retry:\n  maxAttempts: 3\n`);
  assert.equal(page.value(t('form.field.retry.maxAttempts')), '3');
});

test('covers each call that changes something, except sign-in and sign-out', () => {
  assert.deepEqual(unsentWrites(), ['createSession', 'deleteSession']);
});
