// Dialogs (the browser's own, which keep the focus inside) and toasts.

import { html, nothing, render } from '../lit.js';
import { t } from '../i18n.js';
import { icon } from './icons.js';
import { markWideTables } from './table.js';
import { button, problemBox } from './ui.js';

/**
 * Opens a dialog; resolves to the value given to `close`, or to undefined if it was dismissed.
 *
 * @param content `({close, update}) => template`, rendered again by `update()`
 * @param kind `wide`, `side` or none
 */
export function openDialog({ title, content, kind = '' }) {
  const element = document.createElement('dialog');
  element.className = `dialog ${kind}`;
  const before = document.activeElement;
  return new Promise(resolve => {
    let result;
    const close = value => {
      result = value;
      element.close();
    };
    const update = () => {
      render(
        html`<div class="dialog-box">
          <header>
            <h2 id="dialog-title">${title}</h2>
            ${button({ label: t('action.close'), icon: 'close', kind: 'quiet', hidden: true, onClick: () => close() })}
          </header>
          ${content({ close, update })}
        </div>`,
        element,
      );
      markWideTables(element);
    };
    element.setAttribute('aria-labelledby', 'dialog-title');
    element.addEventListener('click', event => event.target === element && close());
    element.addEventListener('close', () => {
      element.remove();
      before?.isConnected && before.focus();
      resolve(result);
    });
    document.body.append(element);
    update();
    element.showModal();
    (element.querySelector('[autofocus]') ?? element.querySelector('.dialog-actions button'))?.focus();
  });
}

/**
 * Asks before an action, and carries it out: the dialog stays open with the problem if the action is refused.
 *
 * @param text says what happens, with the name and the count
 * @param act returns a promise; its value is the result, undefined after a dismissal
 * @param type a word that must be typed first, for what cannot be undone
 * @param form a template between text and buttons
 */
export function confirm({ title, text, action, act, danger = false, type, form = () => nothing }) {
  let problem = null;
  let busy = false;
  let typed = '';
  return openDialog({
    title,
    content: ({ close, update }) => {
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
                  typed = event.target.value;
                  update();
                }}
            /></label>`
          : nothing}
        ${problemBox(problem)}
        <div class="dialog-actions">
          ${button({ label: t('action.cancel'), onClick: () => close() })}
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

const shown = [];
let region = null;

/** A message that goes after some seconds; a problem stays until it is closed. */
export function toast(text, { problem = null, link } = {}) {
  const entry = { text, problem, link };
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
      entry => html`<div class="toast ${entry.problem ? 'state-FAILED' : 'state-SUCCEEDED'}">
        ${icon(entry.problem ? 'failed' : 'succeeded')}
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
