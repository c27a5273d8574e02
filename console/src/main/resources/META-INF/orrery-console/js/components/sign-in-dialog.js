// Signs in again above the page whose session has ended, so that the page keeps what was entered.

import { html } from '../lit.js';
import { api } from '../api.js';
import { t } from '../i18n.js';
import { canRead, setSession } from '../session.js';
import { openDialog } from './dialog.js';
import { SignInForm } from './sign-in-form.js';
import { button } from './ui.js';

/**
 * Resolves to the new session, or to undefined if the reader goes to the page of the sign-in instead.
 *
 * @param before the session that has ended
 */
export async function openSignIn(before) {
  let dialog;
  const form = new SignInForm({
    update: () => dialog.update(),
    done: who => {
      if (canRead(who)) {
        dialog.close(who);
      } else {
        form.problem = { detail: t(`role.may.${who.role}`, { app: who.app }) };
        dialog.update();
      }
    },
  });
  // The command line signs in by a link that opens in a tab of its own, with the same cookie.
  const look = async () => {
    if (!document.hidden && !form.isBusy) {
      const found = await api.getSession().catch(() => null);
      found && form.signedIn(setSession(found));
    }
  };
  document.addEventListener('visibilitychange', look);
  try {
    return await openDialog({
      title: t('session.ended'),
      stays: true,
      content: opened => {
        dialog = opened;
        return html`<p>${t('session.kept', { role: t(`role.${before.role}`) })}</p>
          ${form.view({ more: button({ label: t('session.leave'), onClick: () => opened.close() }) })}`;
      },
    });
  } finally {
    document.removeEventListener('visibilitychange', look);
  }
}
