// The form that signs in with a token, on its page and in the dialog above a page whose session has ended.

import { html, nothing } from '../lit.js';
import { api } from '../api.js';
import { t } from '../i18n.js';
import { session, signIn } from '../session.js';
import { button, commandLine, field, problemBox } from './ui.js';

export class SignInForm {
  problem = null;
  #missing = false;
  #busy = false;
  #update;
  #done;

  /** @param done called after a sign-in */
  constructor({ update, done }) {
    this.#update = update;
    this.#done = done;
  }

  get isBusy() {
    return this.#busy;
  }

  /** Carries out a sign-in; a refusal is shown. */
  async submit(signingIn) {
    this.#busy = true;
    this.problem = null;
    this.#update();
    try {
      await signingIn();
    } catch (refused) {
      this.problem = refused;
    }
    this.#busy = false;
    this.#update();
  }

  signedIn(who) {
    this.#done(who);
  }

  async #submitToken(event) {
    event.preventDefault();
    const input = event.target.elements.token;
    const token = input.value.trim();
    this.#missing = token === '';
    if (this.#missing) {
      this.#update();
      input.focus();
      return;
    }
    let isIn = false;
    await this.submit(async () => {
      await signIn(api, { token });
      isIn = true;
    });
    if (isIn) {
      input.value = '';
      this.signedIn(session());
    } else {
      input.focus();
      input.select();
    }
  }

  /** @param more buttons beside the one that signs in */
  view({ more = nothing } = {}) {
    const wrong = this.#missing || this.problem;
    return html`<form class="form" @submit=${event => this.#submitToken(event)} novalidate>
      ${field({
        id: 'token',
        label: t('signIn.token'),
        hint: t('signIn.hint'),
        error: this.#missing ? t('signIn.needed') : undefined,
        control: html`<input id="token" name="token" type="password" class="mono" autocomplete="current-password"
          spellcheck="false" autofocus aria-describedby="token-hint" aria-invalid=${wrong ? 'true' : nothing} />`,
      })}
      ${problemBox(this.problem, { signsIn: true })}
      ${button({ label: this.#busy ? t('signIn.busy') : t('signIn.submit'), kind: 'primary', type: 'submit', busy: this.#busy })}
      ${more}
      <p class="small muted">${t('signIn.where')}</p>
      <div>${commandLine('orrery console')}</div>
    </form>`;
  }
}
