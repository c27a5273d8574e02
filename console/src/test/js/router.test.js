import test from 'node:test';
import assert from 'node:assert/strict';
import { match, search, to, BASE } from '../../main/resources/META-INF/orrery-console/js/router.js';
import { folderOf } from '../../main/resources/META-INF/orrery-console/js/base.js';
import { may, setSession, canRead } from '../../main/resources/META-INF/orrery-console/js/session.js';
import { longestWord, ranked } from '../../main/resources/META-INF/orrery-console/js/search.js';

test('resolves a path to its page', () => {
  assert.deepEqual(match('apps/demo'), { page: 'overview', params: { app: 'demo' } });
  assert.deepEqual(match('apps/my.app/jobs/nightly.sh'), { page: 'job', params: { app: 'my.app', job: 'nightly.sh' } });
  assert.deepEqual(match('apps/demo/runs/9223372036854775807'), { page: 'run', params: { app: 'demo', id: '9223372036854775807' } });
  assert.equal(match('apps/demo/jobs/a/b'), null);
  assert.equal(match('apps/<img>'), null);
});

test('finds the folder of the console from its own modules, with and without the folder of a release', () => {
  for (const [module, folder] of [
    ['https://host/console/js/base.js', 'https://host/console/'],
    ['https://host/console/files/0123456789abcdef/js/base.js', 'https://host/console/'],
    ['https://host/a/files/12/console/files/0123456789abcdef/js/base.js', 'https://host/a/files/12/console/'],
  ]) {
    assert.equal(folderOf(module), folder);
  }
});

test('builds the address of a page', () => {
  const address = to.job('demo', 'a.b', { tab: 'schedule', q: '' });
  assert.equal(address, `${BASE}apps/demo/jobs/a.b?tab=schedule`);
  assert.equal(match(address.slice(BASE.length).split('?')[0]).page, 'job');
  assert.equal(search({ state: ['FAILED', 'TIMED_OUT'], q: null }), '?state=FAILED&state=TIMED_OUT');
});

test('includes lower roles in a role', () => {
  setSession({ role: 'OPERATOR', app: 'demo', expiresAt: '2027-01-01T00:00:00Z' });
  assert.deepEqual(['viewer', 'operator', 'admin'].map(role => may(role)), [true, true, false]);
  setSession({ role: 'WORKER', app: 'demo' });
  assert.equal(canRead(), false);
  setSession({ role: 'SOMETHING_NEW', app: null });
  assert.equal(may('viewer'), false);
  setSession(null);
  assert.equal(may('viewer'), false);
});

test('ranks matches at the beginning of a word first', () => {
  const names = ['report-nightly', 'night', 'fortnight', 'nightly-report'];
  assert.deepEqual(ranked(names, 'NIGHT', name => name), ['night', 'nightly-report', 'report-nightly', 'fortnight']);
  assert.deepEqual(ranked(names, 'night rep', name => name), ['nightly-report', 'report-nightly']);
  assert.equal(ranked(names, ' ', name => name), names);
});

test('searches the scheduler for the longest word and filters by all words', () => {
  assert.equal(longestWord('  night report '), 'report');
  assert.equal(longestWord('bulk-4999'), 'bulk-4999');
  assert.equal(longestWord(''), '');
  assert.equal(longestWord('x'.repeat(300)).length, 100);
});
