// What lists, boxes and tabs show of what the API returns: which rows, in which order, and up to which bound.

import test from 'node:test';
import assert from 'node:assert/strict';
import { load, open, openPage, screenOf, t } from './harness/browser.js';

const parts = await load('components/overview-parts.js');
const DEMO = { app: 'demo' };
const NONE = { items: [], total: 0 };
const JOB = { app: 'demo', job: 'nightly' };
const RUNS = /\/apps\/demo\/runs\/(\d+)$/;
const list = (...items) => ({ body: { items, next: null } });
const ids = (from, until) => Array.from({ length: until - from + 1 }, (_, index) => String(from + index));
const at = (minute, second = 0) => new Date(Date.UTC(2027, 2, 28, 11, minute, second)).toISOString();

/** A box of the overview with this data. */
function box(view, data) {
  open();
  return screenOf(() => view('demo', { data }));
}

test('shows the ten newest ends of a failing job and its last failure', () => {
  const ends = ids(1, 20).map(id => ({ id, state: 'FAILED', endedAt: at(Number(id)) }));
  const screen = box(parts.failingJobs, { jobs: [{ job: 'nightly', failingSince: at(1), lastError: 'no route', last: ends[18], ends, nodes: [] }], overdue: NONE });
  assert.deepEqual(screen.links(RUNS), ['19', ...ids(11, 20)]);
});

test('says what to do first while nothing runs in an app', async () => {
  const none = { body: { items: [], refused: [], total: 0, next: null } };
  open({ answers: { 'GET ': none } });
  const quiet = await openPage('overview', DEMO);
  assert.match(quiet.text(), new RegExp(`${t('overview.quiet')}.*${t('jobs.noneText')}`));
  assert.deepEqual(quiet.links(/apps\/demo\/(new-job)/), ['new-job']);
  open({ answers: { 'GET /apps/demo/instances?limit=20&state=RUNNING': list({ id: '7', job: 'nightly', startedAt: at(1) }), 'GET ': none } });
  assert.doesNotMatch((await openPage('overview', DEMO)).text(), new RegExp(t('overview.quiet')));
});

test('offers no second try for a job that does not exist', async () => {
  for (const [status, tries] of [[404, false], [403, true]]) {
    open({ answers: { 'GET /apps/demo/jobs/nightly': { status, body: { status, code: 'X', detail: 'No.' } } } });
    assert.equal((await openPage('job', JOB)).text().includes(t('action.tryAgain')), tries);
  }
});

test('names overdue jobs in the overview and beside other states of a job in the list', async () => {
  const names = ids(1, 8).map(id => ({ name: `job-${id}` }));
  const screen = box(parts.failingJobs, { jobs: [], total: 0, overdue: { items: names, total: 9 } });
  assert.deepEqual(screen.links(/\/jobs\/([\w-]+)$/), names.map(job => job.name));
  assert.match(screen.text(), new RegExp(t('overview.allOverdue', { n: 9 })));
  const late = (name, status) => ({ name, alerts: { noSuccessFor: 'PT26H' }, status: { overdueSince: at(1), ...status } });
  const items = [late('never'), late('both', { paused: true }), { name: 'well', status: {} }];
  open({ answers: { 'GET /apps/demo/jobs': { body: { items, total: 3, statistics: [{ job: 'both', ends: [], failingSince: at(1), lastError: 'no' }] } } } });
  const page = await openPage('jobs', DEMO);
  assert.deepEqual(page.rows(t('nav.jobs')).map(cells => cells.slice(-8).find(cell => /Overdue|Enabled/.test(cell))), ['Overdue', 'Paused Failing Overdue', 'Enabled']);
  assert.equal(page.titles(t('job.overdue', { limit: '1d 2h' })), 2);
});

test('shows the errors of the nodes below that of their flow', () => {
  const failing = (job, id, nodes) => ({ job, failingSince: at(1), lastError: `error ${id}`, last: { id }, ends: [], nodes });
  const rows = { jobs: [failing('orders', '1', [failing('check', '2'), failing('ship', '3')])], total: 3, overdue: NONE };
  const screen = box(parts.failingJobs, rows);
  assert.match(screen.rows(t('overview.failing'))[0].join('|'), /^orders\|.*error 1\s*check: error 2\s*ship: error 3/);
  assert.deepEqual(screen.links(RUNS), ['1', '2', '3']);
  assert.doesNotMatch(screen.text(), new RegExp(t('overview.allFailing', { n: 3 })));
  assert.match(box(parts.failingJobs, { ...rows, total: 4 }).text(), new RegExp(t('overview.allFailing', { n: 4 })));
});

test('lists the newest five missed fires with the total number', () => {
  const skipped = (id, endReason) => ({ id, job: `job-${id}`, endReason, skippedCount: Number(id), fireTime: at(1) });
  const screen = box(parts.missedFires, { items: [skipped('1', 'OVERLAP'), ...ids(2, 4).map(id => skipped(id, 'MISSED')), skipped('5', 'JOB_DELETED'), ...ids(6, 9).map(id => skipped(id, 'MISSED'))], next: null });
  assert.deepEqual(screen.rows(t('overview.missed')).map(([job, count]) => [job, count]), ['2', '3', '4', '6', '7'].map(id => [`job-${id}`, id]));
  assert.deepEqual(screen.links(RUNS), ['2', '3', '4', '6', '7']);
  assert.equal(screen.titles('job-2'), 1);
  assert.match(box(parts.missedFires, { items: [skipped('1', 'OVERLAP')], next: null }).text(), new RegExp(t('overview.noneMissed')));
  assert.doesNotMatch(box(parts.missedFires, { items: [skipped('1', 'OVERLAP')], next: '1' }).text(), new RegExp(t('overview.noneMissed')));
});

test('shows waiting work by reason with the oldest run and marks estimates', () => {
  const items = [
    { waitingFor: 'NO_WORKER', count: 3, oldest: { id: '7', job: 'a', since: at(1) } },
    { waitingFor: 'APP_PAUSED', count: 40_000, estimated: true, oldest: null },
  ];
  const screen = box(parts.waitingReasons, { items, total: 40_003, estimated: true });
  assert.deepEqual(screen.rows(t('overview.waiting')).map(([, count]) => count), ['3', '≈ 40,000']);
  assert.deepEqual(screen.links(RUNS), ['7']);
  assert.match(screen.text(), new RegExp(`40,003.*${t('overview.estimated')}`));
});

test('shows the next six fires that have not passed', () => {
  const now = Date.now();
  const items = ids(0, 9).map(n => ({ job: `job-${n}`, at: new Date(now + (Number(n) - 2) * 60_000).toISOString() }));
  const screen = box(parts.nextFires, { from: now - 120_000, items, cut: false });
  const strip = ids(0, 9).map(n => `job-${n}`);
  assert.deepEqual(screen.links(/\/jobs\/([\w-]+)$/), [...strip, ...strip.slice(2, 8)]);
});

/** The page of the next fires with these hours. */
function pageOfFires(items, more) {
  open({ answers: { 'GET /apps/demo/fire-counts': { body: { items, until: at(59), more } } } });
  return openPage('fires', DEMO);
}

test('counts the next fires per hour with the first jobs of each, and says what is truncated', async () => {
  const hour = (fires, jobs, first, more) => ({ at: at(0), fires, jobs, first, more });
  const often = { job: 'often', at: at(0), fires: 60, more: true };
  const items = [hour(63, 5, [often, { job: 'pair', at: at(1), fires: 2 }], true), ...Array.from({ length: 23 }, () => hour(0, 0, []))].map((one, index) => ({ ...one, at: new Date(Date.UTC(2027, 2, 28, index)).toISOString() }));
  const page = await pageOfFires(items, true);
  assert.deepEqual(page.rows(t('nav.fires')).slice(0, 2).map(([, fires, , jobs]) => [fires, jobs]), [
    ['63+', `often × 60+ pair × 2 ${t('fires.day.others', { n: 3, count: '3' })}`],
    ['–', ''],
  ]);
  assert.deepEqual(page.links(/\/jobs\/([\w-]+)$/), ['often', 'pair']);
  const cut = new RegExp(t('fires.day.cut', { time: '.*' }));
  assert.match(page.text(), new RegExp(`${t('fires.day.count', { n: 63, count: '63\\+' })}.*${t('fires.day.often')}`));
  assert.doesNotMatch(page.text(), cut);
  assert.match((await pageOfFires(items.slice(0, 3), true)).text(), cut);
  assert.doesNotMatch((await pageOfFires(items.slice(1), false)).text(), new RegExp(t('fires.day.often')));
});

const worker = (name, app, more = {}) => ({ name, app, held: 1, capacity: 4, draining: false, processors: ['noop'], tags: [], connectedAt: at(1), leaseRemaining: 'PT20S', softwareVersion: '1', agreement: { protocol: 'http', version: 1 }, skew: {}, ...more });
const refused = (name, app) => ({ worker: name, app, code: 'NO_COMMON_PROTOCOL', detail: `Refused ${name}.`, times: 1, at: at(1) });

test('shows only workers of the app in the overview', () => {
  const data = { items: [worker('a', 'demo'), worker('b', 'demo', { held: 4 }), worker('c', 'other')], refused: [refused('d', 'other'), refused('e', 'demo')] };
  const text = box(parts.workersBox, data).text();
  assert.match(text, new RegExp(t('workers.used', { held: 5, capacity: 8 })));
  assert.match(text, /Connected 1 Full 1 Refused 1/i);
  assert.match(box(parts.workersBox, { items: [worker('c', 'other')], refused: [] }).text(), new RegExp(t('workers.none', { app: 'demo' })));
});

test('shows what loads late on the page of workers below its filter', async () => {
  const waits = { id: '7', job: 'nightly', processor: 'shell', requiredTags: ['gpu'], waitingFor: 'NO_MATCHING_WORKER', dueAt: at(1) };
  open({ answers: { 'GET /workers': { body: { items: [worker('a', 'demo')], refused: [refused('b', 'demo')], next: null } }, 'GET ': list(waits) } });
  const text = (await openPage('workers', DEMO)).text();
  const places = ['workers.find', 'workers.refused', 'workers.lanes'].map(key => text.indexOf(t(key)));
  assert.ok(places[0] >= 0 && places[0] < places[1] && places[1] < places[2], text);
});

test('counts refused workers of no app for an admin on the page of an app', async () => {
  const all = [refused('a', undefined), { ...refused('b', undefined), requestedApp: 'no-such-app' }, { ...refused('c', undefined), requestedApp: 'demo' }, refused('d', 'other')];
  const own = { body: { items: [], refused: [all[2]], next: null } };
  const answers = { 'GET /workers?app=demo': own, 'GET /workers': { body: { items: [], refused: all, next: null } }, 'GET ': list() };
  open({ role: 'admin', answers });
  const page = await openPage('workers', DEMO);
  assert.ok(page.text().includes(t('workers.ofNoApp', { n: 2 })));
  assert.deepEqual(page.links(/workers\?(apps=all)$/), ['apps=all']);
  open({ role: 'admin', answers });
  assert.ok(!(await openPage('workers', DEMO, 'apps=all')).text().includes(t('workers.showAll')));
  open({ answers });
  assert.ok(!(await openPage('workers', DEMO)).text().includes(t('workers.showAll')));
});

test('names three refused workers of the app, and an app without workers, in banners', () => {
  const all = ['a', 'b', 'c', 'd', 'e'].map(name => refused(name, name === 'b' ? 'other' : 'demo'));
  open();
  const banners = data => screenOf(() => parts.workerBanners('demo', data)).text();
  const some = banners({ items: [], refused: all });
  assert.deepEqual(['a', 'b', 'c', 'd', 'e'].filter(name => some.includes(`Refused ${name}.`)), ['a', 'c', 'd']);
  assert.ok(some.includes(t('workers.moreRefused', { n: 1 })));
  assert.ok(!some.includes('orrery token create'));
  assert.ok(banners({ items: [worker('c', 'other')], refused: [] }).includes('orrery token create --app demo --role worker'));
  assert.equal(banners({ items: [worker('c', 'demo')], refused: [] }), '');
  assert.equal(banners(undefined), '');
});

test('shows a banner with reasons for each replica that is not ready', () => {
  const replica = (id, ready, ...unready) => ({ id, address: `${id}:10020`, ready, unready });
  open();
  const text = screenOf(() => parts.replicaBanners({ items: [replica('a', true), replica('b', false, 'LACKS_PROTOCOL'), replica('c', false, 'DATABASE')] })).text();
  assert.doesNotMatch(text, /a:10020/);
  assert.match(text, /b:10020.*LACKS_PROTOCOL.*c:10020.*DATABASE/);
  assert.equal(text.split(t('overview.lacksProtocol')).length, 2);
});

const run = (id, state, more = {}) => ({ id, job: 'nightly', app: 'demo', state, attempt: 1, createdAt: at(1), dueAt: at(1), parameters: {}, ...more });
const stored = { name: 'nightly', enabled: true, processor: { type: 'noop' }, status: { version: 3, paused: false } };
const job = { body: stored, etag: '"3-1"' };

test('says for how long a run has waited or will wait, and when it was skipped', async () => {
  const minutes = n => new Date(Date.now() + n * 60_000).toISOString();
  const truth = async (state, more) => {
    open({ answers: { 'GET /instances/7/attempts': list(), 'GET /instances/7': { body: run('7', state, more) }, 'GET ': list() } });
    return (await openPage('run', { id: '7' })).text();
  };
  assert.match(await truth('WAITING', { waitingFor: 'APP_PAUSED', dueAt: minutes(-25.1) }), /for +25m +so far: +the app is paused/);
  assert.match(await truth('WAITING', { waitingFor: 'DUE_TIME', dueAt: minutes(181) }), /for another +3h *: +it is not due yet/);
  assert.match(await truth('SKIPPED', { endReason: 'OVERLAP', skippedCount: 1, dueAt: minutes(-10), endedAt: minutes(-9.1) }), /skipped +9m ago *: +an earlier run of this job was still active/);
});

test('shows why a run was canceled instead of an error of its attempt', async () => {
  const canceled = run('7', 'CANCELED', { attempt: 2, endedAt: at(3), endReason: 'REPLACED' });
  const attempts = list({ attempt: 1, state: 'FAILED', error: 'exit code 3', startedAt: at(1), endedAt: at(1) }, { attempt: 2, state: 'CANCELED', startedAt: at(2), endedAt: at(3) });
  open({ answers: { 'GET /instances/7/attempts': attempts, 'GET /instances/7': { body: canceled }, 'GET ': list() } });
  const page = await openPage('run', { id: '7' });
  assert.deepEqual(page.rows(t('run.attempts')).map(cells => cells.at(-1)), ['exit code 3', t('endReason.REPLACED')]);
  assert.match(page.text(), new RegExp(`${t('state.CANCELED')} ended +in \\d+d *: +${t('endReason.REPLACED')}`));
});

test('shows squares of ends, bars of finished runs and all runs in the tab Runs', async () => {
  const ended = (id, state, runMillis) => run(id, state, { runMillis, endedAt: at(Number(id)) });
  const runs = [run('9', 'RUNNING'), ended('8', 'SUCCEEDED', 20), ended('7', 'CANCELED'), ended('6', 'FAILED', 40)];
  open({ answers: { 'GET /apps/demo/instances': list(...runs), 'GET /apps/demo/jobs/nightly': job } });
  const page = await openPage('job', JOB);
  assert.deepEqual(page.links(RUNS).slice(0, 5), ['6', '7', '8', '6', '8']);
  assert.deepEqual(page.rows(t('runs.title')).map(cells => cells.at(-1)), ['9', '8', '7', '6']);
  assert.match(page.text(), new RegExp(`${t('job.ends', { n: 3 })}.*50 % p50 20ms p95 40ms`));
});

test('compares a version with the previous one, the current one, or any other', async () => {
  const version = (number, type) => ({ version: number, document: { name: 'nightly', processor: { type } }, createdAt: at(number) });
  const versions = list(version(3, 'current'), version(2, 'middle'), version(1, 'first'));
  for (const [query, before, after] of [
    ['version=2', 'first', 'middle'],
    ['version=2&against=current', 'middle', 'current'],
    ['', 'middle', 'current'],
    ['version=1&against=3', 'first', 'current'],
    ['version=3&against=1', 'first', 'current'],
  ]) {
    open({ answers: { 'GET /apps/demo/jobs/nightly/versions': versions, 'GET /apps/demo/jobs/nightly': job } });
    const page = await openPage('job', JOB, `tab=versions&${query}`);
    assert.match(page.text(), new RegExp(`${t('diff.removed')} +type: ${before} .*${t('diff.added')} +type: ${after}`), query);
  }
});

test('lists webhooks that report about the job in the tab Notifications', async () => {
  const webhook = (name, jobs, more) => ({ name, jobs, url: 'https://x/', events: ['failed'], ...more });
  open({
    answers: {
      'GET /apps/demo/webhooks': list(webhook('all'), webhook('named', ['other', 'nightly']), webhook('others', ['other']), webhook('off', undefined, { enabled: false })),
      'GET /apps/demo/jobs/nightly': job,
    },
  });
  const page = await openPage('job', JOB, 'tab=notifications');
  const disabled = t('state.DISABLED');
  assert.deepEqual(page.rows(t('notifications.title')).map(([name, state]) => [name, state === disabled]), [['all', false], ['named', false], ['off', true]]);
});

test('counts planned fires, ends by state, missed and skipped fires for each day', async () => {
  const fired = (id, state, endReason) => run(id, state, { endReason, fireTime: `2020-02-0${id}T12:00:00Z` });
  const trigger = { type: 'cron', cron: '0 12 * * *', zone: 'UTC' };
  open({
    answers: {
      'GET /apps/demo/instances': list(fired('1', 'SUCCEEDED'), fired('2', 'SKIPPED', 'OVERLAP'), fired('3', 'SKIPPED', 'MISSED'), run('4', 'SUCCEEDED')),
      'GET /apps/demo/jobs/nightly/': { body: { items: [], fireTimes: [] } },
      'GET /apps/demo/jobs/nightly': { body: { ...stored, trigger } },
    },
  });
  const page = await openPage('job', JOB, 'tab=schedule&month=2020-02');
  const days = page.rows('February 2020').flat().filter(text => /^\d+ ./.test(text));
  assert.deepEqual(days, [`1 1 Succeeded`, `2 1 Skipped`, `3 1 ${t('schedule.missed')}`]);
});

test('lists only future fires in the tab Schedule', async () => {
  const trigger = { type: 'cron', cron: '0 12 * * *', zone: 'UTC' };
  const soon = new Date(Date.now() + 90_000).toISOString();
  open({
    answers: {
      'GET /apps/demo/jobs/nightly/fire-times': { body: { fireTimes: [new Date(Date.now() - 24_000).toISOString(), soon] } },
      'GET /apps/demo/jobs/nightly/': list(),
      'GET /apps/demo/jobs/nightly': { body: { ...stored, trigger } },
      'GET ': list(),
    },
  });
  const rows = (await openPage('job', JOB, 'tab=schedule&month=2020-02')).rows(t('schedule.next'));
  assert.equal(rows.length, 1);
  assert.match(rows[0].at(-1), /^in 1m/);
});

test('leaves the end of the session to the dialog that signs in again', async () => {
  open({ answers: { 'GET ': { status: 401, body: { code: 'UNAUTHENTICATED', detail: 'A valid token is needed.' } } } });
  assert.doesNotMatch((await openPage('jobs', DEMO)).text(), /A valid token is needed/);
  open({ answers: { 'GET ': { status: 403, body: { code: 'FORBIDDEN', detail: 'Another role is needed.' } } } });
  assert.match((await openPage('jobs', DEMO)).text(), /Another role is needed/);
});

test('loads one page of older runs at each press, also beyond the row limit', async () => {
  let reads = 0;
  open({
    answers: {
      'GET /apps/demo/instances': ({ call }) => {
        reads++;
        const before = Number(new URLSearchParams(call.split('?')[1]).get('after') ?? 5001);
        return { body: { items: ids(before - 100, before - 1).reverse().map(id => run(id, 'SUCCEEDED')), next: String(before - 100) } };
      },
    },
  });
  const page = await openPage('runs', DEMO);
  for (let press = 1; press <= 12; press++) {
    await page.press(t('runs.more'));
    assert.equal(reads, press + 1);
  }
  assert.equal(page.rows(t('runs.title')).length, 1000);
  assert.match(page.text(), new RegExp(t('runs.dropped', { n: 300 })));
});

/** A list that examines 4,000 runs a call, of which only one matches. */
function searched(calls, found) {
  let read = 0;
  return ({ call }) => {
    const after = new URLSearchParams(call.split('?')[1]).get('after');
    read++;
    const next = read < calls ? String(900 - read) : null;
    assert.equal(after, read === 1 ? null : String(901 - read));
    return {
      body: {
        items: read === found ? [run('77', 'SUCCEEDED')] : [],
        next,
        examinedFrom: next && `2027-03-28T${String(24 - read).padStart(2, '0')}:00:00Z`,
      },
    };
  };
}

test('searches older runs by itself until the list ends, and shows how far it is', async () => {
  const answer = searched(10, 10);
  const calls = [];
  open({ answers: { 'GET /apps/demo/instances': request => (calls.push(request.call), answer(request)) } });
  const page = await openPage('runs', DEMO, 'parameter=orderId%3D4711');
  assert.equal(calls.length, 10);
  assert.ok(calls.every(call => call.includes('parameter=orderId:4711')), calls[0]);
  assert.match(page.text(), /77/);
  assert.equal(page.canPress(t('runs.stop')), false);
});

test('stops a search after many calls, and goes on when asked', async () => {
  let read = 0;
  open({
    answers: {
      'GET /apps/demo/instances': () => {
        read++;
        return { body: { items: [], next: String(9000 - read), examinedFrom: '2027-03-28T11:00:00Z' } };
      },
    },
  });
  const page = await openPage('runs', DEMO, 'error=refused');
  assert.equal(read, 21);
  assert.ok(page.text().includes(t('runs.noMatchYet')));
  await page.press(t('runs.searchOn'));
  assert.equal(read, 41);
});

const UNKNOWN = [['runs', 'state=DONE'], ['runs', 'waiting=x'], ['runs', 'origin=x'], ['runs', 'span=2y'], ['runs', 'from=yesterday'], ['jobs', 'state=broken']];

test('shows no rows while the filter has a mistake', async () => {
  for (const [name, query] of [['runs', 'parameter=4711'], ['runs', 'label=billing'], ['runs', 'error=ab'], ['jobs', 'label=billing'], ...UNKNOWN]) {
    const lists = [];
    open({ answers: { 'GET /apps/demo/instances': ({ call }) => (lists.push(call), { body: list(run('77', 'SUCCEEDED')).body }), 'GET /apps/demo/jobs': { body: { items: [{ name: 'nightly', enabled: true, status: {} }], next: null, total: 1 } } } });
    const page = await openPage(name, DEMO, query);
    assert.ok(page.text().includes(t('filter.mistake')), query);
    assert.doesNotMatch(page.text(), /77|nightly/, query);
    assert.deepEqual(lists, [], query);
    assert.equal(page.text().includes(t('filter.unknown', { values: query })), UNKNOWN.some(unknown => unknown[1] === query), query);
  }
});

test('lists the workers of the app, and of all apps for an admin on request', async () => {
  const answers = { 'GET /workers': { body: { items: [worker('mine', 'demo'), worker('theirs', 'other')], refused: [refused('r-mine', 'demo'), refused('r-theirs', 'other')], next: null } }, 'GET ': list() };
  const shown = async (role, query) => {
    open({ role, answers });
    const text = (await openPage('workers', DEMO, query)).text();
    return ['mine', 'r-mine', 'theirs', 'r-theirs'].filter(name => new RegExp(`(^| )${name} `).test(text));
  };
  assert.deepEqual(await shown('operator', 'apps=all'), ['mine', 'r-mine']);
  assert.deepEqual(await shown('admin', ''), ['mine', 'r-mine']);
  assert.deepEqual(await shown('admin', 'apps=all'), ['mine', 'r-mine', 'theirs', 'r-theirs']);
});

test('marks PowerJob workers, connected and refused, instead of an API version', async () => {
  const agreement = { protocol: 'http', version: 1, dialect: 'powerjob' };
  const ofPowerJob = { dialect: 'powerjob', requestedApp: 'shop', address: '192.0.2.7', code: 'APP_NOT_FOUND', detail: 'Not open.', times: 1, at: at(1) };
  open({ role: 'admin', answers: { 'GET /workers': { body: { items: [worker('mine', 'demo', { agreement, softwareVersion: 'PowerJob 4.3.9' })], refused: [ofPowerJob], next: null } }, 'GET ': list() } });
  const text = (await openPage('workers', DEMO)).text();
  assert.match(text, /192\.0\.2\.7 PowerJob /);
  assert.match(text, new RegExp(t('workers.requested', { app: 'shop' }).replace(/[()]/g, '.')));
  assert.match(text, /http PowerJob PowerJob 4\.3\.9/);
  assert.doesNotMatch(text, /http v1/);
});

for (const [state, retry, cancel] of [
  ['WAITING', false, true],
  ['RUNNING', false, true],
  ['SUCCEEDED', true, false],
  ['FAILED', true, false],
  ['CANCELED', true, false],
]) {
  test(`offers ${retry ? 'a' : 'no'} retry and ${cancel ? 'a' : 'no'} cancel for a run that is ${state}`, async () => {
    open({ answers: { 'GET /instances/7/attempts': list(), 'GET /instances/7/logs': { status: 404, body: { code: 'NOT_FOUND' } }, 'GET /instances/7': { body: run('7', state) }, 'GET ': job } });
    const page = await openPage('run', { id: '7' });
    assert.equal(page.canPress(t('retry.action')), retry);
    assert.equal(page.canPress(t('cancel.action')), cancel);
    assert.equal(page.canPress(t('run.again.action')), true);
  });
}

for (const [state, startedAt, isLogFirst] of [
  ['WAITING', null, false],
  ['RUNNING', at(1), true],
  ['FAILED', at(1), true],
  ['SUCCEEDED', at(1), true],
  ['CANCELED', null, false],
]) {
  test(`shows the log of a run that is ${state} ${startedAt ? 'and has started' : 'before its start'} ${isLogFirst ? 'before' : 'after'} its time line`, async () => {
    open({ answers: { 'GET /instances/7/attempts': list(), 'GET /instances/7/logs': { status: 404, body: { code: 'NOT_FOUND' } }, 'GET /instances/7': { body: run('7', state, { startedAt }) }, 'GET ': job } });
    const page = await openPage('run', { id: '7' });
    assert.match(page.text(), new RegExp(`^nightly ${t('run.id')} 7 `));
    assert.equal(page.canPress(t('action.copyText', { text: '7' })), true);
    assert.equal(page.text().indexOf(t('log.title')) < page.text().indexOf(t('timeline.title')), isLogFirst);
  });
}

test('shows the command that lets a waiting run continue', async () => {
  const textOf = async more => {
    open({ answers: { 'GET /instances/7/attempts': list(), 'GET /instances/7/logs': { status: 404, body: { code: 'NOT_FOUND' } }, 'GET /instances/7': { body: run('7', 'WAITING', more) }, 'GET ': job } });
    return (await openPage('run', { id: '7' })).text();
  };
  assert.match(await textOf({ waitingFor: 'NO_WORKER' }), /orrery up --app demo .*orrery token create --app demo --role worker/);
  assert.match(await textOf({ waitingFor: 'PAUSED' }), /orrery resume nightly -a demo/);
  assert.doesNotMatch(await textOf({ waitingFor: 'CAPACITY' }), new RegExp(t('run.goOn')));
});

const partOf = (number, state, more = {}) => ({ id: String(100 + number), part: number, state, attempt: 1, startedAt: at(1), endedAt: null, runMillis: null, worker: 'w', endReason: null, error: null, ...more });
const counts = { total: 500, made: 105, active: 93, succeeded: 9, failed: 3 };

/** The page of a run with these counts, and the calls for its parts. */
async function pageOfParent({ parts: shown = counts, query = '', more = {}, answer = list() } = {}) {
  const asked = [];
  open({
    answers: {
      'GET /instances/7/parts': ({ call }) => {
        asked.push(call.split('?')[1]);
        return answer;
      },
      'GET /instances/7/attempts': list(),
      'GET /instances/7': { body: run('7', 'RUNNING', { startedAt: at(1), parts: shown, ...more }) },
      'GET ': job,
    },
  });
  const page = await openPage('run', { id: '7' }, query);
  return { page, asked };
}

test('shows the part counts of a run and its failed parts, with links to their pages', async () => {
  const failed = list(
    partOf(3, 'FAILED', { error: 'disk full', endedAt: at(2), runMillis: 20 }),
    partOf(8, 'CANCELED', { endReason: 'CANCELED' }),
    partOf(9, 'CANCELED', { endReason: 'PARTS_FAILED', error: 'exit code 1' }),
  );
  const { page, asked } = await pageOfParent({ answer: failed });
  assert.deepEqual(asked, ['limit=50&only=failed']);
  assert.deepEqual(page.rows(t('parts.title')).map(([part, state, why]) => [part, state, why]), [
    ['Part 3', 'Failed', 'disk full'],
    ['Part 8', 'Canceled', t('endReason.CANCELED')],
    ['Part 9', 'Canceled', `${t('parts.othersFailed')}: exit code 1`],
  ]);
  assert.deepEqual(page.links(RUNS), ['103', '108', '109']);
  assert.match(page.text(), /12\/500 parts ended, 3 failed , for +0s/);
  assert.match(page.text(), /Failed or canceled 3 Succeeded 9 Waiting or running 93 Not created yet 395 In all 500/);
  assert.doesNotMatch(page.text(), new RegExp(`${t('log.title')}|${t('run.noAttempts')}`));
});

for (const [failed, query, call] of [
  [0, '', 'limit=50&only=all'],
  [0, 'parts=active', 'limit=50&only=active'],
  [3, 'parts=all&after=103', 'after=103&limit=50&only=all'],
  [3, 'parts=none', 'limit=50&only=failed'],
]) {
  test(`requests ${call} for the address '${query}' with ${failed} failed parts`, async () => {
    const { asked } = await pageOfParent({ parts: { ...counts, failed }, query });
    assert.deepEqual(asked, [call]);
  });
}

test('links to further parts and back to the first ones', async () => {
  const answer = { body: { items: [partOf(3, 'RUNNING')], next: '103' } };
  const { page } = await pageOfParent({ query: 'parts=active&after=102', answer });
  assert.deepEqual(page.links(/runs\/7\?(.*)$/).slice(-2), ['parts=active', 'parts=active&after=103']);
});

test('shows for a run with ended parts how many there were, how long they took, and why it failed', async () => {
  const ended = { startedAt: at(1), endedAt: at(2) };
  const all = { total: 2, made: 2, active: 0, succeeded: 2, failed: 0 };
  const good = await pageOfParent({ parts: all, more: { state: 'SUCCEEDED', ...ended } });
  assert.match(good.page.text(), /2\/2 parts ended +in +1m/);
  const bad = await pageOfParent({ parts: { ...all, succeeded: 1, failed: 1 }, more: { state: 'FAILED', endReason: 'PARTS_FAILED', ...ended } });
  assert.match(bad.page.text(), new RegExp(`2/2 parts ended, 1 failed · ${t('endReason.PARTS_FAILED')}`));
});

test('links a part to its parent, shows its log, and offers neither retry nor rerun', async () => {
  open({
    answers: {
      'GET /instances/103/attempts': list(),
      'GET /instances/103/logs': { status: 404, body: { code: 'NOT_FOUND' } },
      'GET /instances/103': { body: run('103', 'FAILED', { parent: '7', part: 3, endedAt: at(2) }) },
      'GET /instances/7': { body: run('7', 'RUNNING', { parts: counts }) },
      'GET ': job,
    },
  });
  const page = await openPage('run', { id: '103' });
  assert.match(page.text(), /7 › Part 3 of 500 nightly/);
  assert.deepEqual(page.links(RUNS), ['7', '7']);
  assert.match(page.text(), new RegExp(`${t('parts.origin')} \\( 7 \\)`));
  assert.match(page.text(), new RegExp(t('log.title')));
  assert.equal(page.canPress(t('retry.action')), false);
  assert.equal(page.canPress(t('run.again.action')), false);
});

const nodeOf = (name, state, more = {}) => ({
  name,
  job: `${name}-job`,
  needs: [],
  when: 'succeeded',
  if: null,
  continueOnFailure: false,
  state,
  instance: null,
  reused: false,
  startedAt: null,
  endedAt: null,
  runMillis: null,
  worker: null,
  result: null,
  error: null,
  endReason: null,
  ...more,
});

const NODES = [
  nodeOf('fetch', 'SUCCEEDED', { instance: '201', reused: true, runMillis: 40, result: 'ok' }),
  nodeOf('bill', 'FAILED', { instance: '202', needs: ['fetch'], error: 'disk full', if: { node: 'fetch', result: ['ok', 'warn'] } }),
  nodeOf('stock', 'TIMED_OUT', { instance: '203', needs: ['fetch'], continueOnFailure: true }),
  nodeOf('ship', 'SKIPPED', { needs: ['bill'] }),
  nodeOf('alert', 'WAITING', { instance: '204', needs: ['bill', 'fetch'], when: 'failed', if: { node: 'fetch', result: ['warn'] } }),
  nodeOf('report', 'WAITING', { needs: ['alert', 'bill'], when: 'always' }),
];
const nodeCounts = { total: 6, waiting: 1, active: 1, succeeded: 1, failed: 2, skipped: 1 };

/** The page of the run of a flow with these nodes. */
async function pageOfFlow(more = {}, query = '', nodes = NODES) {
  open({
    answers: {
      'GET /instances/7/nodes': list(...nodes),
      'GET /instances/7/attempts': list(),
      'GET /instances/7': { body: run('7', 'RUNNING', { startedAt: at(1), nodes: nodeCounts, ...more }) },
      'GET ': job,
    },
  });
  return openPage('run', { id: '7' }, query);
}

test('shows nodes of a flow as graph and table, each with its state and a link to its run', async () => {
  const page = await pageOfFlow();
  assert.deepEqual(page.rows(t('nodes.title')).map(([name, state, of, after, why]) => [name, state, of, after, why]), [
    ['fetch', 'Succeeded reused', 'fetch-job', '–', 'ok'],
    ['bill', 'Failed', 'bill-job', 'fetch · if ok, warn', 'disk full'],
    ['stock', 'Timed out', 'stock-job', 'fetch', t('nodes.mayFail')],
    ['ship', 'Skipped', 'ship-job', 'bill', ''],
    ['alert', 'Waiting', 'alert-job', 'bill, fetch · failed, if fetch: warn', t('nodes.runWaits')],
    ['report', 'Waiting', 'report-job', 'alert, bill · always', t('nodes.waitsFor', { nodes: 'alert' })],
  ]);
  const graph = ['201', '202', '203', '204'];
  assert.deepEqual(page.links(RUNS), ['202', '203', ...graph, ...graph], 'failed ones, graph, table');
  assert.match(page.text(), /4\/6 nodes ended, 2 failed , for +0s/);
  assert.match(page.text(), /Failed 2 Succeeded 1 Skipped 1 Waiting or running 1 Not started yet 1 In all 6/);
  assert.match(page.text(), / if ok, warn failed, if fetch: warn always fetch fetch-job Succeeded reused bill bill-job Failed/);
  assert.doesNotMatch(page.text(), new RegExp(`${t('log.title')}|${t('run.noAttempts')}`));
});

test('shows the nodes of a flow as time bars, started ones first', async () => {
  const started = { startedAt: at(1), endedAt: at(3) };
  const page = await pageOfFlow({}, 'nodes=time', [...NODES.slice(3), nodeOf('long-name-of-node-01', 'SUCCEEDED', { instance: '209', ...started }), nodeOf('long-name-of-node-02', 'FAILED', { ...started, endedAt: at(2) })]);
  assert.deepEqual(page.rows(t('nodes.bars')).map(([name, , ran]) => [name, ran]), [
    ['long-name-of -node-01', '2m'],
    ['long-name-of -node-02', '1m'],
    ['ship', ''],
    ['alert', ''],
    ['report', ''],
  ]);
});

test('says that a waiting node will be skipped', async () => {
  const page = await pageOfFlow({}, '', [nodeOf('bill', 'FAILED'), nodeOf('slow', 'RUNNING'), nodeOf('ship', 'WAITING', { needs: ['bill', 'slow'] })]);
  assert.equal(page.rows(t('nodes.title'))[2][4], t('nodes.willSkip.failed', { nodes: 'bill' }));
});

test('shows how a canceled flow will end, and after which nodes', async () => {
  const nodes = [nodeOf('bill', 'CANCELED', { endedAt: at(1) }), nodeOf('release', 'RUNNING', { needs: ['bill'], when: 'ended', instance: '9' }), nodeOf('last', 'WAITING', { needs: ['release'] })];
  const text = (await pageOfFlow({ nodes: { ...nodeCounts, ending: 'CANCELED' } }, '', nodes)).text();
  assert.match(text, new RegExp(`Canceled ${t('nodes.ending')} release `));
  assert.match(text, new RegExp(t('nodes.when.ended')));
});

test('names the failed nodes of an ended flow once', async () => {
  const text = (await pageOfFlow({ state: 'FAILED', endedAt: at(2), endReason: 'NODES_FAILED', error: '1 of 6 nodes failed: bill' })).text();
  assert.match(text, /Failed 4\/6 nodes ended, 2 failed  in  1m ,/);
  assert.doesNotMatch(text, /1 of 6/);
});

for (const [state, failed, canRetry] of [
  ['RUNNING', 2, false],
  ['FAILED', 2, true],
  ['CANCELED', 0, true],
  ['SUCCEEDED', 1, true],
  ['SUCCEEDED', 0, false],
]) {
  test(`offers ${canRetry ? 'a' : 'no'} retry from failed for a flow that is ${state} with ${failed} failed nodes`, async () => {
    const page = await pageOfFlow({ state, nodes: { ...nodeCounts, failed } });
    assert.equal(page.canPress(t('retry.failed.action')), canRetry);
    assert.equal(page.canPress(t('retry.action')), state !== 'RUNNING');
  });
}

test('shows the run of a node with its name, a link to its flow, its log and a retry', async () => {
  open({
    answers: {
      'GET /instances/202/attempts': list(),
      'GET /instances/202/logs': { status: 404, body: { code: 'NOT_FOUND' } },
      'GET /instances/202': { body: run('202', 'FAILED', { job: 'bill-job', parent: '7', part: null, node: 'bill', endedAt: at(2) }) },
      'GET /instances/7': { body: run('7', 'RUNNING', { nodes: nodeCounts }) },
      'GET ': job,
    },
  });
  const page = await openPage('run', { id: '202' });
  assert.match(page.text(), /7 › Node bill of nightly bill-job/);
  assert.deepEqual(page.links(RUNS), ['7', '7']);
  assert.match(page.text(), new RegExp(`${t('origin.FLOW')} \\( 7 \\)`));
  assert.match(page.text(), new RegExp(t('log.title')));
  assert.equal(page.canPress(t('retry.action')), true);
  assert.equal(page.canPress(t('retry.failed.action')), false);
});

const flowDocument = {
  name: 'nightly',
  processor: { type: 'flow', nodes: [{ name: 'fetch', job: 'fetch-job' }, { name: 'bill', job: 'bill-job', needs: ['fetch'], when: 'always' }] },
};
const JOBS = /\/apps\/demo\/jobs\/([\w-]+)$/;

test('draws the document of a flow on the page of its job, with links to the jobs of its nodes', async () => {
  const answers = { 'GET /apps/demo/instances': list(), 'GET /apps/demo/jobs/nightly': { body: { ...stored, ...flowDocument } } };
  open({ answers });
  const page = await openPage('job', JOB);
  assert.match(page.text(), new RegExp(`${t('nodes.graphTitle')} always fetch fetch-job bill bill-job`));
  assert.deepEqual(page.links(JOBS).slice(-2), ['fetch-job', 'bill-job']);
  open({ answers: { ...answers, 'GET /apps/demo/jobs/nightly': job } });
  assert.doesNotMatch((await openPage('job', JOB)).text(), new RegExp(t('nodes.graphTitle')));
});

test('measures runs of a flow from their start to their end', async () => {
  const ended = (id, minutes) => run(id, 'SUCCEEDED', { runMillis: null, startedAt: at(1), endedAt: at(1 + minutes), nodes: nodeCounts });
  open({ answers: { 'GET /apps/demo/instances': list(ended('8', 2), ended('7', 4), run('6', 'SKIPPED', { endedAt: at(1) })), 'GET /apps/demo/jobs/nightly': job } });
  assert.match((await openPage('job', JOB)).text(), / p50 2m p95 4m /);
});

test('draws a flow while it is typed, if its nodes form a graph', async () => {
  open();
  const page = await openPage('editor', DEMO);
  const isDrawn = async nodes => {
    await page.type(t('editor.document'), `name: nightly\nprocessor:\n  type: flow\n  nodes: ${nodes}\n`);
    return page.text().includes(t('nodes.graphTitle'));
  };
  assert.equal(await isDrawn('[{name: a, job: b}, {name: c, needs: [a]}]'), true);
  for (const nodes of ['7', '[]', '[a, null]', '[{name: a, needs: [a]}]', '[{name: a, needs: [other]}]', '[{name: a}, {name: a}]']) {
    assert.equal(await isDrawn(nodes), false, nodes);
  }
});

test('shows the expiry of a token, also when it has passed', async () => {
  const token = (id, expiresAt) => ({ id, role: 'viewer', expiresAt, createdAt: at(1) });
  open({ answers: { 'GET /apps/demo/tokens': list(token('1', null), token('2', '2020-01-01T00:00:00Z'), token('3', '2099-01-01T00:00:00Z')), 'GET /apps/demo/webhooks': list(), 'GET /apps/demo': { body: { name: 'demo' } } } });
  const words = [t('app.expiresNever'), t('app.expired')];
  const rows = (await openPage('app', DEMO)).rows(t('app.tokens'));
  const shown = rows.map(cells => [cells[0], ...words.filter(word => cells.some(cell => cell.startsWith(word)))]).sort();
  assert.deepEqual(shown, [['1', t('app.expiresNever')], ['2', t('app.expired')], ['3']]);
});

test('shows one problem in the overview of a missing app', async () => {
  open({ answers: { 'GET /apps/demo': { status: 404, body: { code: 'APP_NOT_FOUND', detail: "There is no app 'demo'." } } } });
  const text = (await openPage('overview', DEMO)).text();
  assert.equal(text.split("There is no app 'demo'.").length, 2);
});

test('explains the state of a run by wait reason, progress, end and error', async () => {
  const { reason } = await load('components/runs-table.js');
  const word = key => t(key, { n: 1 });
  assert.equal(reason(run('1', 'WAITING', { waitingFor: 'NO_WORKER' })), t('runs.waitsFor', { reason: t('waiting.NO_WORKER') }));
  assert.equal(reason(run('1', 'RUNNING', { progress: { percent: 40, message: 'half' }, error: 'of the attempt before' })), '40 % half');
  assert.equal(reason(run('1', 'RUNNING')), '');
  assert.equal(reason(run('1', 'RUNNING', { parts: counts })), '12/500 parts ended, 3 failed');
  assert.equal(reason(run('1', 'SUCCEEDED', { parts: { total: 2, succeeded: 2, failed: 0 } })), '2/2 parts ended');
  assert.equal(reason(run('1', 'FAILED', { parts: counts, error: '3 parts failed' })), '3 parts failed');
  assert.equal(reason(run('1', 'RUNNING', { nodes: { ...nodeCounts, failed: 0 } })), '2/6 nodes ended');
  assert.equal(reason(run('1', 'FAILED', { nodes: nodeCounts, endReason: 'NODES_FAILED' })), `${word('endReason.NODES_FAILED')}: 4/6 nodes ended, 2 failed`);
  assert.equal(reason(run('1', 'FAILED', { nodes: nodeCounts, endReason: 'NODES_FAILED', error: '1 of 6 nodes failed: bill' })), '1 of 6 nodes failed: bill');
  assert.equal(reason(run('1', 'SUCCEEDED', { result: '7 rows' })), '7 rows');
  assert.equal(reason(run('1', 'FAILED', { error: 'no route', result: '7 rows' })), 'no route');
  assert.equal(reason(run('1', 'SKIPPED', { endReason: 'MISSED' })), word('endReason.MISSED'));
});

test('marks a clock offset of a second in both directions', async () => {
  const replica = clockOffset => ({ id: clockOffset, address: clockOffset, ready: true, live: true, unready: [], protocols: ['http'], main: 'http', clockOffset });
  const protocol = { recordedMain: 'http', main: 'http', active: ['http'], ports: [], softwareVersion: '1', minVersion: 1, maxVersion: 1 };
  open({
    role: 'admin',
    answers: { 'GET /protocol': { body: protocol }, 'GET /cluster': list(replica('PT0.999S'), replica('PT1S'), replica('-PT2S')), 'GET /workers': { body: { items: [], refused: [], next: null } }, 'GET /storage': { status: 404, body: { code: 'NOT_FOUND' } } },
  });
  const page = await openPage('cluster', {});
  assert.equal(page.titles(t('cluster.clockOff')), 2);
});
