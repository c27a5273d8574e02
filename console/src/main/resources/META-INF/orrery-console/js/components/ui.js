// The small parts of all pages: badges, buttons, times, problems, empty states, skeletons, tabs, and the footer.

import { html, nothing } from '../lit.js';
import { serverNow } from '../clock.js';
import { has, t } from '../i18n.js';
import { may } from '../session.js';
import { exact, formatInstant, formatMillis, timeMode } from '../time.js';
import { icon } from './icons.js';
import { visible } from '../ansi.js';

/** Each state has a colour (a class of the style sheet), an icon and a word; the same everywhere. */
const STATES = {
  WAITING: 'waiting',
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  CANCELED: 'canceled',
  SKIPPED: 'skipped',
  LOST: 'lost',
  HANDED_BACK: 'back',
  PAUSED: 'pause',
  DISABLED: 'off',
  FAILING: 'warning',
  OVERDUE: 'waiting',
  READY: 'check',
  NOT_READY: 'warning',
  CONNECTED: 'check',
  DRAINING: 'pause',
  FULL: 'warning',
  REFUSED: 'failed',
  DELIVERED: 'succeeded',
  GIVEN_UP: 'failed',
};

export function stateWord(state) {
  return has(`state.${state}`) ? t(`state.${state}`) : state;
}

/** A state as colour, icon and word. A state of a newer release is shown by its name. */
export function badge(state, title) {
  return html`<span class="badge state-${STATES[state] ? state : 'OTHER'}" title=${title ? visible(title) : nothing}
    >${icon(STATES[state] ?? 'info')}<span>${stateWord(state)}</span></span
  >`;
}

/**
 * An instant in the chosen mode, with the exact one on hover.
 *
 * @param focusable true to show the exact one by keyboard, too
 * @param ahead true for what is planned: an instant that has just passed is "now", and not some seconds ago
 */
/** Says that a list was cut; nothing for one that is whole. */
export function cutNote(list) {
  return list?.next ? html`<p class="small muted">${t('list.cut', { n: list.items.length })}</p>` : nothing;
}

export function time(instant, { focusable = false, ahead = false } = {}) {
  if (instant === null || instant === undefined) {
    return html`<span class="none">–</span>`;
  }
  const now = serverNow();
  return html`<time datetime=${instant} title=${exact(instant)} tabindex=${focusable ? '0' : nothing}
    >${ahead && Date.parse(instant) < now && timeMode() === 'relative' ? formatInstant(now, now) : formatInstant(instant, now)}</time
  >`;
}

/** Letters of a word that is not cut for the sake of longer ones beside it. */
const SHORT = 6;

/** Short words, such as tags, in frames; those beyond the first ones are counted, and named on hover. */
export function pills(texts, most = 4) {
  if (texts.length === 0) {
    return html`<span class="none">–</span>`;
  }
  const shown = texts.length === most + 1 ? texts : texts.slice(0, most);
  const rest = texts.slice(shown.length);
  return html`<span class="pills">
    ${shown.map(text => html`<span class="pill ${text.length > SHORT ? 'long' : ''}" title=${visible(text)}>${visible(text)}</span>`)}
    ${rest.length > 0 ? html`<span class="pill" title=${visible(rest.join(', '))}>+${rest.length}</span>` : nothing}
  </span>`;
}

/** The last letters of a name that are never cut: generated names differ there. */
const TAIL = 8;

/** A name that loses its middle where it has no room. */
export function middleCut(name) {
  const letters = [...name];
  return letters.length <= 2 * TAIL
    ? html`<span class="middle-cut" title=${name}>${name}</span>`
    : html`<span class="middle-cut" title=${name}><span>${letters.slice(0, -TAIL).join('')}</span><span>${letters.slice(-TAIL).join('')}</span></span>`;
}

export function millis(value) {
  return value === null || value === undefined ? html`<span class="none">–</span>` : html`${formatMillis(value)}`;
}

/**
 * A button that says what it does.
 *
 * @param needs the role that the action needs; others see the button disabled, with the reason
 * @param off a reason why it cannot be used now; `onRefused` is called when it is pressed even so
 * @param kind `primary`, `danger`, `quiet`, or none
 * @param hidden true to show the icon alone, with the label for screen readers and as a tooltip
 * @param says the label for screen readers, where many buttons have the same one; it begins with the label
 */
export function button({ label, says = label, icon: name, onClick, needs, off, onRefused, kind = '', hidden = false, busy = false, type = 'button' }) {
  const reason = needs && !may(needs) ? t('role.needs', { role: t(`role.${needs}`) }) : off;
  const disabled = Boolean(reason) || busy;
  const describe = reason ? `${says}: ${reason}` : hidden || says !== label ? says : nothing;
  return html`<button
    type=${type}
    class="button ${kind} ${hidden ? 'icon-only' : ''}"
    aria-disabled=${disabled ? 'true' : nothing}
    aria-label=${describe}
    title=${reason || (hidden ? label : nothing)}
    @click=${event => {
      if (disabled) {
        event.preventDefault();
        event.stopPropagation();
        onRefused?.();
      } else if (onClick) {
        onClick(event);
      }
    }}
  >${name ? icon(name) : nothing}${hidden ? nothing : html`<span>${label}</span>`}</button>`;
}

/** A link that looks like a button. */
export function linkButton({ label, icon: name, href, kind = '' }) {
  return html`<a class="button ${kind}" href=${href}>${name ? icon(name) : nothing}<span>${label}</span></a>`;
}

/**
 * An error as the API has it: detail, field, code; and the setting to change, if it names one. The end of the session is
 * left to the dialog that signs in again.
 *
 * @param signsIn true for the sign-in request; when it fails, no session has ended
 */
export function problemBox(problem, { retry, signsIn = false } = {}) {
  if (!problem || (problem.status === 401 && !signsIn)) {
    return nothing;
  }
  const more = (problem.errors ?? []).slice(1);
  return html`<div class="problem" role="alert">
    ${icon('failed')}
    <div>
      <p class="problem-detail">${visible(problem.detail ?? problem.message ?? String(problem))}</p>
      ${more.length > 0
        ? html`<ul>
            ${more.map(error => html`<li>${visible(error.message)}</li>`)}
          </ul>`
        : nothing}
      ${problem.settingToChange ? html`<p>${t('problem.setting')} <code>${problem.settingToChange}</code></p>` : nothing}
      <p class="problem-facts">
        ${problem.code ? html`<code>${problem.code}</code>` : nothing}
        ${problem.status ? html`<span>HTTP ${problem.status}</span>` : nothing}
        ${problem.field ? html`<span>${t('problem.field')} <code>${problem.field}</code></span>` : nothing}
      </p>
    </div>
    ${retry && problem.status !== 404 ? button({ label: t('action.tryAgain'), onClick: retry }) : nothing}
  </div>`;
}

/** A banner above a page: `kind` is a state such as NOT_READY, REFUSED or PAUSED. */
export function banner(kind, text, actions = nothing) {
  return html`<div class="banner state-${kind}" role="status">
    ${icon(STATES[kind] ?? 'info')}
    <div class="banner-text">${text}</div>
    ${actions === nothing ? nothing : html`<div class="banner-actions">${actions}</div>`}
  </div>`;
}

/** Says that there is nothing, and shows the command that makes it. */
export function empty({ title, text, command, action = nothing }) {
  return html`<div class="empty">
    <p class="empty-title">${title}</p>
    ${text ? html`<p>${text}</p>` : nothing}
    ${command ? commandLine(command) : nothing} ${action}
  </div>`;
}

/** Says that an app is empty or idle, and how to make a job. */
export function firstJob(title, action) {
  return empty({ title, text: t('jobs.noneText'), command: 'orrery apply -f jobs.yaml', action });
}

/** A quiet line for what this release of the scheduler does not have. */
export function notAvailable() {
  return html`<p class="not-available">${t('problem.notAvailable')}</p>`;
}

/** A command or call with a button that copies it. */
export function commandLine(text) {
  return html`<span class="command"
    ><code>${text}</code
    ><button type="button" class="button quiet icon-only" title=${t('action.copy')}
      aria-label=${t('action.copyText', { text })}
      @click=${event => copy(text, event.currentTarget)}>${icon('copy')}</button></span
  >`;
}

/** Copies a text, and marks the button for a moment if that worked. */
export async function copy(text, at) {
  let copied = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without TLS a browser has no clipboard for pages: select the text instead. Outside of an open dialog it cannot be.
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'visually-hidden';
    (at?.closest('dialog') ?? document.body).append(field);
    field.select();
    copied = document.execCommand('copy');
    field.remove();
    at?.focus();
  }
  if (copied) {
    at?.classList.add('copied');
    setTimeout(() => at?.classList.remove('copied'), 1200);
  }
}

/** Grey bars of the size of what comes. */
export function skeleton(lines = 3, kind = 'line') {
  return html`<div class="skeletons" aria-hidden="true">
    ${Array.from({ length: lines }, () => html`<span class="skeleton ${kind}"></span>`)}
  </div>`;
}

/**
 * Tabs that are links, so that each has an address.
 *
 * @param items `{key, label, href, count}`
 */
export function tabs({ label, items, selected }) {
  return html`<nav class="tabs" aria-label=${label}>
    ${items.map(
      item => html`<a href=${item.href} aria-current=${item.key === selected ? 'page' : nothing}
        >${item.label}${item.count === undefined ? nothing : html` <span class="count">${item.count}</span>`}</a
      >`,
    )}
  </nav>`;
}

/** One of a few: radio buttons in a row. `items` are `{key, label}`. */
export function segments({ label, name, items, selected, onSelect }) {
  return html`<fieldset class="segments">
    <legend class="visually-hidden">${label}</legend>
    ${items.map(
      item => html`<label
        ><input type="radio" name=${name} .checked=${item.key === selected} @change=${() => onSelect(item.key)} /><span
          >${item.label}</span
        ></label
      >`,
    )}
  </fieldset>`;
}

/** A field with its label, hint and error. `control` is the input; give it the id `id`. */
export function field({ id, label, control, hint, error }) {
  return html`<div class="field ${error ? 'wrong' : ''}">
    <label for=${id}>${label}</label>
    ${control} ${hint ? html`<p class="hint" id="${id}-hint">${hint}</p>` : nothing}
    ${error ? html`<p class="field-error" id="${id}-error" role="alert">${icon('warning')}${error}</p>` : nothing}
  </div>`;
}

/** The size of a field in which its placeholder is not cut; Chinese letters are wider. */
export function sizeOf(placeholder) {
  return Math.max(10, [...placeholder].reduce((sum, letter) => sum + (letter > '\u2e80' ? 2 : 1), 0));
}

/** A box with a title. */
export function section({ title, actions = nothing, content, kind = '' }) {
  return html`<section class="section ${kind}">
    <header><h2>${title}</h2>${actions === nothing ? nothing : html`<div class="section-actions">${actions}</div>`}</header>
    ${content}
  </section>`;
}

/** The head of a page. `beside` stands in the line of the title, `facts` in a line below it; '' keeps that line free. */
export function pageHead({ title, beside = nothing, facts = nothing, actions = nothing, before = nothing }) {
  return html`<header class="page-head">
    <div class="page-title">
      ${before}
      <div class="title-line"><h1 tabindex="-1">${title}</h1>${beside}</div>
      ${facts === nothing ? nothing : html`<p class="page-facts">${facts}</p>`}
    </div>
    ${actions === nothing ? nothing : html`<div class="page-actions">${actions}</div>`}
  </header>`;
}

/** The call and the command line that return what the page shows. */
export function sameBy({ api, cli }) {
  return html`<details class="same-by">
    <summary>${t('sameBy.title')}</summary>
    <dl>
      <dt>${t('sameBy.api')}</dt>
      <dd>${[api].flat().map(call => commandLine(call))}</dd>
      ${cli
        ? html`<dt>${t('sameBy.cli')}</dt>
            <dd>${[cli].flat().map(command => commandLine(command))}</dd>`
        : nothing}
    </dl>
  </details>`;
}

/**
 * A button that opens a box. The box closes by Escape, by a button in it, and when the focus leaves it. It has a tabindex
 * because a click on a word in it would otherwise give the focus to the page, and the menu would close under the click.
 *
 * @param kind classes of the menu
 * @param head the content of the button; `headKind` its classes
 * @param label names the box for screen readers
 */
export function menu({ kind = '', head, headKind = '', label, content }) {
  return html`<details class="menu ${kind}" @keydown=${closeOnEscape} @focusout=${closeOnLeave}>
    <summary class=${headKind}>${head}</summary>
    <div class="menu-box" role="group" aria-label=${label} tabindex="-1" @click=${closeOnButton}>${content}</div>
  </details>`;
}

function closeMenu(element) {
  element.open = false;
  element.querySelector('summary').focus();
}

function closeOnEscape(event) {
  if (event.key === 'Escape') {
    closeMenu(event.currentTarget);
  }
}

function closeOnButton(event) {
  if (event.target.closest('button')) {
    closeMenu(event.currentTarget.closest('details'));
  }
}

function closeOnLeave(event) {
  if (event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) {
    event.currentTarget.open = false;
  }
}
