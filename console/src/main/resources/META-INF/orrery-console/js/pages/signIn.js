// Sign in: by a token that is typed, or by the link of the command line, which is in the fragment of the address.

import { html, nothing } from '../lit.js';
import { api } from '../api.js';
import { serverNow } from '../clock.js';
import { parts, t } from '../i18n.js';
import { BASE } from '../router.js';
import { canRead, session, signIn, signInByLink, signOut } from '../session.js';
import { formatInstant } from '../time.js';
import { SignInForm } from '../components/sign-in-form.js';
import { button, problemBox } from '../components/ui.js';
import { mark } from '../components/icons.js';

export function page(ctx) {
  const form = new SignInForm({
    update: ctx.update,
    done: who =>
      canRead(who) ? go() : requestAnimationFrame(() => document.querySelector('.sign-in-box .button')?.focus()),
  });
  /** A link that waits for the answer whether it may replace the session; null for none. */
  let offered = null;

  const link = new URLSearchParams(location.hash.slice(1)).get('link');
  if (link) {
    // The link works once; it does not stay in the address.
    history.replaceState(null, '', location.pathname + location.search);
    form.submit(async () => {
      offered = (await signInByLink(api, link)) ? null : link;
    }).then(goOn);
  }

  // The first page loads while the token is entered; it reports its own failure when it opens.
  import('./overview.js').catch(() => {});

  function goOn() {
    if (offered === null && canRead()) {
      go();
    }
  }

  async function replaceSession() {
    const used = offered;
    offered = null;
    await form.submit(() => signIn(api, { link: used }));
    if (form.problem === null) {
      goOn();
    }
  }

  function go() {
    ctx.navigate(nextAddress(ctx.query.get('next')), { replace: true });
  }

  async function other() {
    await signOut(api).catch(() => {});
    ctx.update();
  }

  return {
    title: () => ({ name: t('signIn.submit') }),
    view: () => html`<main class="sign-in">
      <div class="sign-in-box">
        <h1>${mark()}${t('signIn.title')}</h1>
        ${offered !== null && session()
          ? question({ replaceSession, go, busy: form.isBusy })
          : session()
            ? html`${problemBox(form.problem)}${welcome(go, other)}`
            : form.view()}
      </div>
    </main>`,
  };
}

function question({ replaceSession, go, busy }) {
  const who = session();
  return html`<div class="form" role="status">
    <h2>${t('signIn.linkTitle')}</h2>
    <p>${parts(`role.may.${who.role}`, { app: html`<b>${who.app}</b>` })}</p>
    <p>${t('signIn.linkText')}</p>
    ${button({ label: t('signIn.linkStay'), kind: 'primary', onClick: go })}
    ${button({ label: t('signIn.linkUse'), onClick: replaceSession, busy })}
  </div>`;
}

function welcome(go, other) {
  const who = session();
  return html`<div class="form" role="status">
    <h2>${t('signIn.done', { role: t(`role.${who.role}`) })}</h2>
    <p>${parts(`role.may.${who.role}`, { app: html`<b>${who.app}</b>` })}</p>
    ${who.expiresAt ? html`<p class="small muted">${t('signIn.until', { time: formatInstant(who.expiresAt, serverNow(), 'local') })}</p>` : nothing}
    ${canRead(who) ? button({ label: t('signIn.continue'), kind: 'primary', onClick: go }) : nothing}
    ${button({ label: t('signIn.other'), onClick: other })}
  </div>`;
}

/** The address to go to: only one of this console, so that a link cannot lead elsewhere after the sign-in. */
export function nextAddress(wanted, base = BASE) {
  const safe = wanted !== null && wanted.startsWith(base) && !wanted.includes('\\') && !wanted.startsWith('//');
  return safe && !wanted.startsWith(`${base}sign-in`) ? wanted : base;
}
