import test from 'node:test';
import assert from 'node:assert/strict';
import { sameReader, session, setSession, signInByLink } from '../../main/resources/META-INF/orrery-console/js/session.js';

const VIEWER = { role: 'viewer', app: 'demo', expiresAt: '2026-05-01T12:00:00Z' };
const ADMIN = { role: 'admin', app: null, expiresAt: '2026-05-01T12:00:00Z' };

/** An API whose cookie stands for this session; null for none. */
function apiWith(cookie) {
  const used = [];
  return {
    used,
    async getSession() {
      if (cookie instanceof Error) {
        throw cookie;
      }
      if (cookie === null) {
        throw Object.assign(new Error('UNAUTHENTICATED'), { status: 401 });
      }
      return cookie;
    },
    async createSession({ body }) {
      used.push(body);
      return ADMIN;
    },
  };
}

test('signs in a browser without a session by link', async () => {
  setSession(null);
  const api = apiWith(null);

  assert.equal(await signInByLink(api, 'secret'), true);
  assert.deepEqual(api.used, [{ link: 'secret' }]);
  assert.equal(session().role, 'admin');
});

test('keeps a session known to the page when a link is opened', async () => {
  setSession(VIEWER);
  const api = apiWith(VIEWER);

  assert.equal(await signInByLink(api, 'secret'), false);
  assert.deepEqual(api.used, []);
  assert.equal(session().role, 'viewer');
});

test('keeps a session known only to the cookie when a link is opened', async () => {
  setSession(null);
  const api = apiWith(VIEWER);

  assert.equal(await signInByLink(api, 'secret'), false);
  assert.deepEqual(api.used, []);
  assert.equal(session().app, 'demo');
});

test('leaves a link unused when the API cannot tell who is signed in', async () => {
  setSession(null);
  const api = apiWith(Object.assign(new Error('UNAVAILABLE'), { status: 503 }));

  await assert.rejects(signInByLink(api, 'secret'), { status: 503 });
  assert.deepEqual(api.used, []);
});

test('restores drafts only for a session that may read the same', () => {
  const viewer = { role: 'viewer', app: 'demo', expiresAt: '1' };
  assert.equal(sameReader(viewer, { ...viewer, expiresAt: '2' }), true);
  assert.equal(sameReader(viewer, { ...viewer, app: 'shop' }), false);
  assert.equal(sameReader(viewer, { ...viewer, role: 'operator' }), false);
  assert.equal(sameReader(null, viewer), false);
  assert.equal(sameReader(viewer, null), false);
});
