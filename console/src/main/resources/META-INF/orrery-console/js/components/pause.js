// Who paused a job or an app, when, and why.

import { html, nothing } from '../lit.js';
import { t } from '../i18n.js';
import { formatInstant } from '../time.js';
import { visible } from '../ansi.js';

/** `waits for the database · operator 7, 5m ago`; undefined if the scheduler does not know. */
export function pauseFacts(pause) {
  if (!pause) {
    return undefined;
  }
  const by = [pause.by?.role && t(`role.${pause.by.role}`), pause.by?.token].filter(part => part).join(' ');
  const facts = [by, formatInstant(pause.at)].filter(part => part !== '').join(', ');
  return pause.note ? `${visible(pause.note)} · ${facts}` : facts;
}

/** What the pause of an app means, with its note. */
export function pauseText(app, { pause }) {
  return html`<p>${t('overview.paused', { app })}</p>
    ${pause ? html`<p class="muted">${pauseFacts(pause)}</p>` : nothing}`;
}

/** The field for a note; `write(text)` takes it. */
export function noteField(write) {
  return html`<label class="field"
    ><span>${t('jobs.pause.note')}</span><input type="text" maxlength="500" autofocus @input=${event => write(event.target.value)}
  /></label>`;
}

/** The body of a call that pauses; none without a note. */
export function noteBody(note) {
  return note.trim() === '' ? undefined : { note: note.trim() };
}
