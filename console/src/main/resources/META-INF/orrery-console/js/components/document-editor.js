// An editor of a job document: text with the numbers of its lines, and the check by the scheduler while it is typed.

import { html, nothing, live } from '../lit.js';
import { api } from '../api.js';
import { t } from '../i18n.js';
import { may } from '../session.js';
import { mistakesOf, read, textOf } from '../job-document.js';
import { icon } from './icons.js';

const TYPING_MILLIS = 400;
const LEAST_ROWS = 14;
const MOST_ROWS = 42;

export class DocumentEditor {
  /** The scheduler's answer to the dry run: `{change, differences, fireTimes}`; null until it arrives. */
  plan = null;
  mistakes = [];
  /** A refusal that is no mistake of the document, such as a scheduler that does not answer. */
  problem = null;
  checking = false;
  #app;
  #job;
  #onChange;
  #timer = null;
  #abort = null;

  /**
   * @param job the name of the job, or null for a new one, which the document names
   * @param text what is stored
   * @param draft a text that was typed before and not saved
   * @param onChange called after each edit and each result
   */
  constructor({ app, job = null, text, draft = text, onChange }) {
    this.#app = app;
    this.#job = job;
    this.#onChange = onChange;
    this.text = draft;
    this.saved = text;
    this.#read();
    this.#plan();
  }

  /** The document, or null if the text has a mistake of its own. */
  get document() {
    return this.parsed.document ?? null;
  }

  get isChanged() {
    return this.text !== this.saved;
  }

  /** The name of the job that the document is for. */
  get name() {
    return this.#job ?? (typeof this.document?.name === 'string' ? this.document.name : '');
  }

  setText(text) {
    this.text = text;
    this.#read();
    this.#plan();
    this.#onChange();
  }

  setDocument(document) {
    this.setText(textOf(document));
  }

  /** Takes a text as the one that is stored. */
  reset(text) {
    this.saved = text;
    this.setText(text);
  }

  close() {
    clearTimeout(this.#timer);
    this.#abort?.abort();
  }

  #read() {
    this.parsed = read(this.text);
    this.mistakes = (this.parsed.mistakes ?? []).map(mistake => ({
      ...mistake,
      message: mistake.key ? t(mistake.key) : mistake.message,
    }));
  }

  #plan() {
    this.close();
    this.plan = null;
    this.problem = null;
    this.checking = this.document !== null && may('operator');
    if (this.checking) {
      this.#timer = setTimeout(() => this.#check(), TYPING_MILLIS);
    }
  }

  async #check() {
    const abort = new AbortController();
    this.#abort = abort;
    const { document, lines } = this.parsed;
    const job = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/.test(this.name) ? this.name : 'name';
    try {
      const { change, differences, fireTimes } = await api.putJob(
        { app: this.#app, job, body: document, dryRun: true },
        { signal: abort.signal },
      );
      this.plan = { change, differences: differences ?? [], fireTimes };
    } catch (problem) {
      if (abort.signal.aborted) {
        return;
      }
      if (!this.takeMistakes(problem, lines)) {
        this.problem = problem;
      }
    }
    this.checking = false;
    this.#onChange();
  }

  /** Takes the mistakes that a refusal names; false if it is about something else. */
  takeMistakes(problem, lines = this.parsed.lines) {
    const isMistake = problem.status === 422 || problem.status === 400;
    if (isMistake) {
      this.mistakes = mistakesOf(problem, lines);
    }
    return isMistake;
  }

  /** Moves the focus to the first wrong field of the form, or to the line if the form does not have it. */
  focusMistake() {
    const [first] = this.mistakes;
    if (first) {
      // After the page shows them.
      requestAnimationFrame(() => {
        const field = document.querySelector('.job-form [aria-invalid="true"]');
        field ? field.focus() : goToLine(document.querySelector('.editor-text'), first.line);
      });
    }
  }

  /** @param readOnly a reason why the text cannot be changed */
  view({ label, readOnly } = {}) {
    const count = this.text.split('\n').length;
    const rows = Math.min(MOST_ROWS, Math.max(LEAST_ROWS, count + 1));
    const wrong = new Set(this.mistakes.map(mistake => mistake.line));
    return html`<div class="editor ${this.mistakes.length > 0 ? 'wrong' : ''}">
      <div class="editor-box">
        <div class="editor-gutter" aria-hidden="true">
          <div class="editor-numbers">
            ${Array.from({ length: count }, (_, index) => html`<span class=${wrong.has(index + 1) ? 'editor-wrong' : ''}>${index + 1}</span>`)}
          </div>
        </div>
        <textarea class="mono editor-text" rows=${rows} wrap="off" spellcheck="false" autocomplete="off" autocapitalize="off"
          aria-label=${label ?? t('editor.document')} aria-invalid=${this.mistakes.length > 0 ? 'true' : nothing} aria-describedby="editor-state"
          ?readonly=${Boolean(readOnly)} .value=${live(this.text)}
          @input=${event => this.setText(event.target.value)} @scroll=${scrollGutter} @keydown=${indent}></textarea>
      </div>
      <div class="editor-state" id="editor-state" role="status">${readOnly ?? this.#stateWords()}</div>
      ${
        this.mistakes.length === 0
          ? nothing
          : html`<ul class="mistakes">
            ${this.mistakes.map(
              mistake => html`<li class="state-FAILED">
                ${icon('failed')}
                <button type="button" class="mistake-line" @click=${event => goToLine(event.target.closest('.editor').querySelector('textarea'), mistake.line)}>${t('editor.line', { n: mistake.line })}</button>
                <span>${mistake.message}</span>
              </li>`,
            )}
          </ul>`
      }
    </div>`;
  }

  #stateWords() {
    if (this.mistakes.length > 0) {
      return t('editor.mistakes', { n: this.mistakes.length });
    }
    if (this.problem) {
      return this.problem.status === 401 ? t('editor.unchecked') : this.problem.detail;
    }
    if (this.checking) {
      return t('editor.checking');
    }
    if (this.plan === null) {
      return t('editor.unchecked');
    }
    return this.plan.change === 'update'
      ? t('editor.plan.update', { n: this.plan.differences.length })
      : t(`editor.plan.${this.plan.change}`);
  }
}

function scrollGutter(event) {
  const numbers = event.target.parentElement.querySelector('.editor-numbers');
  numbers.style.transform = `translateY(${-event.target.scrollTop}px)`;
}

/** Enter keeps the indentation of the line. Tab leaves the field, as everywhere. */
function indent(event) {
  if (event.key !== 'Enter' || event.isComposing) {
    return;
  }
  const { value, selectionStart } = event.target;
  const line = value.slice(value.lastIndexOf('\n', selectionStart - 1) + 1, selectionStart);
  const more = /(:|[|>][+-]?)\s*$/.test(line) && line.trim() !== '' ? '  ' : '';
  event.preventDefault();
  event.target.setRangeText(
    `\n${/^[ ]*(- (?=\S))?/.exec(line)[0].replace('-', ' ')}${more}`,
    selectionStart,
    event.target.selectionEnd,
    'end',
  );
  event.target.dispatchEvent(new Event('input', { bubbles: true }));
}

function goToLine(area, line) {
  const before =
    area.value
      .split('\n')
      .slice(0, line - 1)
      .join('\n').length + (line > 1 ? 1 : 0);
  const end = area.value.indexOf('\n', before);
  area.focus();
  area.setSelectionRange(before, end < 0 ? area.value.length : end);
  area.scrollTop = Math.max(0, (line - 5) * 18);
}
