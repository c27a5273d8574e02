// Dialogs (the browser's own, which keep the focus inside) and toasts.

import { html, nothing, render } from '../lit.js';
import { BackdropClicks, dismissal } from '../dismissal.js';
import { t } from '../i18n.js';
import { dialogWork } from '../unsaved.js';
import { icon } from './icons.js';
import { markWideTables } from './table.js';
import { button, problemBox } from './ui.js';

let opened = 0;

/**
 * Opens a dialog; resolves to the value given to `close`, or to undefined if it was dismissed.
 *
 * @param content `({close, dismiss, update}) => template`, rendered again by `update()`; `dismiss()` is for Cancel
 * @param kind `wide`, `side` or none
 * @param stays true if only its own buttons close it
 * @param isBusy returns true while the dialog must stay for the result of its action
 */
export function openDialog({ title, content, kind = '', stays = false, isBusy = () => false }) {
  const element = document.createElement('dialog');
  element.className = `dialog ${kind}`;
  const titleId = `dialog-title-${++opened}`;
  const before = document.activeElement;
  return new Promise(resolve => {
    let result;
    let typed = false;
    let asking = false;
    const close = value => {
      result = value;
      element.close();
    };
    const leave = how => {
      const answer = asking && how === 'escape' ? 'keep' : dismissal({ how, stays, busy: isBusy(), typed });
      if (answer === 'close') {
        close();
      } else if (answer !== 'stay') {
        asking = answer === 'ask';
        update();
        element.querySelector(asking ? '.dialog-question button' : FIELDS)?.focus();
      }
    };
    const dismiss = () => leave('button');
    const keep = () => leave('escape');
    const update = () => {
      render(
        html`<div class="dialog-box">
          <header>
            <h2 id=${titleId}>${title}</h2>
            ${stays ? nothing : button({ label: t('action.close'), icon: 'close', kind: 'quiet', hidden: true, onClick: dismiss })}
          </header>
          ${content({ close, dismiss, update })} ${asking ? question({ keep, discard: dismiss }) : nothing}
        </div>`,
        element,
      );
      markWideTables(element);
    };
    element.setAttribute('aria-labelledby', titleId);
    if (stays) {
      element.setAttribute('closedby', 'none');
    }
    element.addEventListener('input', () => (typed = true));
    element.addEventListener('keydown', event => {
      if (event.key === 'Escape' && !event.isComposing && !event.defaultPrevented) {
        event.preventDefault();
        leave('escape');
      }
    });
    element.addEventListener('cancel', event => {
      if (event.target === element) {
        event.preventDefault();
        leave('escape');
      }
    });
    onBackdropClick(element, () => leave('backdrop'));
    const release = dialogWork.hold(() => typed && !stays);
    element.addEventListener('close', () => {
      release();
      element.remove();
      before?.isConnected && before.focus();
      resolve(result);
    });
    document.body.append(element);
    update();
    element.showModal();
    FIRST.map(selector => element.querySelector(selector)).find(Boolean)?.focus();
  });
}

const FIELDS = '.dialog-form :is(input, textarea, select):not(:disabled)';
/** The first field, because a focus on the buttons scrolls past a long form. An action that destroys is not primary. */
const FIRST = ['[autofocus]', FIELDS, '.dialog-actions .primary', '.dialog-actions button'];

/** Asks in the dialog itself, so that what was typed is in view. */
function question({ keep, discard }) {
  return html`<div class="dialog-question state-PAUSED" role="alert">
    <p>${t('dialog.discardText')}</p>
    <div class="dialog-actions">
      ${button({ label: t('dialog.keep'), onClick: keep })}
      ${button({ label: t('dialog.discard'), kind: 'danger', onClick: discard })}
    </div>
  </div>`;
}

/** Calls for clicks that begin and end on the backdrop of a modal dialog. */
export function onBackdropClick(element, called) {
  const clicks = new BackdropClicks();
  element.addEventListener('pointerdown', event => clicks.pressed(event.target === element));
  element.addEventListener('pointerup', event => clicks.released(event.target === element));
  element.addEventListener('click', event => clicks.clicked(event.target === element) && called());
}

/**
 * Asks before an action, and carries it out: the dialog stays open with the problem if the action is refused.
 *
 * @param text says what happens, with the name and the count
 * @param act returns a promise; its value is the result, undefined after a dismissal
 * @param danger true for what destroys: the focus is then on the button that does nothing
 * @param type a word that must be typed first, for what cannot be undone
 * @param form a template between text and buttons
 * @param cancel the label of the button that does nothing
 */
export function confirm({ title, text, action, act, danger = false, type, form = () => nothing, cancel = t('action.cancel') }) {
  let problem = null;
  let busy = false;
  let typed = '';
  return openDialog({
    title,
    isBusy: () => busy,
    content: ({ close, dismiss, update }) => {
      const submit = async event => {
        event.preventDefault();
        if (busy || (type && typed !== type)) {
          return;
        }
        busy = true;
        problem = null;
        update();
        try {
          close((await act()) ?? true);
        } catch (refused) {
          problem = refused;
          busy = false;
          update();
        }
      };
      return html`<form class="dialog-form" @submit=${submit}>
        ${text ? html`<div class="dialog-text">${text}</div>` : nothing} ${form({ update })}
        ${type
          ? html`<label class="field"
              ><span>${t('confirm.type', { name: type })}</span
              ><input type="text" class="mono" autocomplete="off" spellcheck="false" autofocus .value=${typed}
                @input=${event => {
                  // A name that is typed to confirm is nothing to lose.
                  event.stopPropagation();
                  typed = event.target.value;
                  update();
                }}
            /></label>`
          : nothing}
        ${problemBox(problem)}
        <div class="dialog-actions">
          ${button({ label: cancel, onClick: dismiss, off: busy ? t('dialog.busy') : undefined })}
          ${button({
            label: action,
            kind: danger ? 'danger' : 'primary',
            type: 'submit',
            busy,
            off: type && typed !== type ? t('confirm.typeFirst') : undefined,
          })}
        </div>
      </form>`;
    },
  });
}

const TOAST_ICONS = { FAILED: 'failed', OTHER: 'info', SUCCEEDED: 'succeeded' };
const shown = [];
let region = null;

/**
 * A message that goes after some seconds; a problem stays until it is closed.
 *
 * @param note true for what is neither done nor refused
 */
export function toast(text, { problem = null, link, note = false } = {}) {
  const entry = { text, problem, link, state: problem ? 'FAILED' : note ? 'OTHER' : 'SUCCEEDED' };
  shown.push(entry);
  if (shown.length > 4) {
    shown.shift();
  }
  showToasts();
  if (!problem) {
    setTimeout(() => drop(entry), 6000);
  }
}

function drop(entry) {
  const at = shown.indexOf(entry);
  if (at >= 0) {
    shown.splice(at, 1);
    showToasts();
  }
}

function showToasts() {
  if (region === null) {
    region = document.createElement('div');
    region.className = 'toasts';
    region.setAttribute('role', 'status');
    // The top layer, so that a toast is above an open dialog.
    region.popover = 'manual';
    document.body.append(region);
  }
  if (region.matches(':popover-open')) {
    region.hidePopover();
  }
  if (shown.length > 0) {
    region.showPopover();
  }
  render(
    shown.map(
      entry => html`<div class="toast state-${entry.state}">
        ${icon(TOAST_ICONS[entry.state])}
        <div>
          <p>${entry.text}</p>
          ${entry.problem ? html`<p>${entry.problem.detail ?? entry.problem.message} <code>${entry.problem.code}</code></p>` : nothing}
          ${entry.link ? html`<a href=${entry.link.href}>${entry.link.label}</a>` : nothing}
        </div>
        ${button({ label: t('action.close'), icon: 'close', kind: 'quiet', hidden: true, onClick: () => drop(entry) })}
      </div>`,
    ),
    region,
  );
}

/** Carries out a write: a toast says that it is done, or why it was refused. Resolves to undefined then. */
export async function attempt(act, { done, failed }) {
  try {
    const result = (await act()) ?? true;
    if (done) {
      toast(typeof done === 'function' ? done(result) : done);
    }
    return result;
  } catch (problem) {
    toast(failed ?? t('problem.refused'), { problem });
    return undefined;
  }
}
