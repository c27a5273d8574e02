// Who is signed in, and what they may do. The token itself is in no page and in no storage: the session is a cookie.

const RANKS = { worker: 0, declare: 0, viewer: 1, operator: 2, admin: 3 };

let current = null;
let listener = () => {};

/** Sets what is called with each new session, or with null. */
export function onSession(called) {
  listener = called;
}

/** `{role, app, expiresAt}` with the role in lower case, or null. `app` is null for an admin. */
export function session() {
  return current;
}

/** The session as the API sent it; null for none. */
export function setSession(body) {
  current = body === null ? null : { role: body.role.toLowerCase(), app: body.app ?? null, expiresAt: body.expiresAt };
  listener(current);
  return current;
}

/** Reads the session of the cookie. Returns null if there is none. */
export async function restoreSession(api) {
  try {
    return setSession(await api.getSession());
  } catch (problem) {
    if (problem.status === 401) {
      return setSession(null);
    }
    throw problem;
  }
}

/** @param credential `{token}` or `{link}` */
export async function signIn(api, credential) {
  return setSession(await api.createSession({ body: credential }));
}

/**
 * Signs in by a link, unless the browser has a session: a page elsewhere may have led here with the link of another
 * person. Asks the API, because this page does not know of a session that another tab has opened.
 *
 * @returns false if there is a session; the link is not used then
 */
export async function signInByLink(api, link) {
  if ((current ?? (await restoreSession(api))) !== null) {
    return false;
  }
  await signIn(api, { link });
  return true;
}

export async function signOut(api) {
  await api.deleteSession();
  setSession(null);
}

/** True if the session's role includes the needed one: viewer, operator or admin. */
export function may(role, who = current) {
  return who !== null && (RANKS[who.role] ?? -1) >= RANKS[role];
}

/** True if both sessions may read the same: drafts of one may be shown to the other. */
export function sameReader(one, other) {
  return one !== null && other !== null && one.role === other.role && one.app === other.app;
}

/** True if this role can use the console at all; a token of a worker or of a declaration cannot read. */
export function canRead(who = current) {
  return may('viewer', who);
}
