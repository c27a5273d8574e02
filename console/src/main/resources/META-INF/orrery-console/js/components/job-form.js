// The fields of a job document as a form. The document is the only source: each change makes a new one.

import { html, nothing, live } from '../lit.js';
import { serverNow } from '../clock.js';
import { FIRES } from '../fire-changes.js';
import { t } from '../i18n.js';
import {
  MISFIRES,
  OVERLAPS,
  PROCESSOR_KINDS,
  TRIGGER_KINDS,
  hasRules,
  triggerKind,
  valueAt,
  withProcessor,
  withTrigger,
  withValue,
} from '../job-document.js';
import { browserZone } from '../time.js';
import { CronPreview, cronField, fireList } from './cron-field.js';
import { ParameterRows, parameterFields } from './parameters.js';
import { segments } from './ui.js';

const STARTS = { cron: '0 30 2 * * MON-FRI', every: '15m', delay: '10m' };

export class JobForm {
  #onDocument;
  #update;
  #preview;
  #rows = new ParameterRows();
  #rowsOf = '{}';
  /** The field that is typed in, as `{path, text, value}`: it keeps its text, such as a space at the end, until it is left. */
  #typed = null;
  #rulesOpen = false;

  /** @param onDocument gets the changed document */
  constructor({ onDocument, update }) {
    this.#onDocument = onDocument;
    this.#update = update;
    this.#preview = new CronPreview(update);
  }

  close() {
    this.#preview.close();
  }

  /**
   * @param document the document; the last good one while the text has a mistake
   * @param mistakes of the scheduler, with their fields
   * @param disabled true while the text has a mistake: the form would overwrite it
   * @param fireTimes the next fires by the scheduler, undefined while they are not known
   */
  view({ document, mistakes, disabled, withName, fireTimes }) {
    const form = {
      document,
      disabled,
      fireTimes,
      errorOf: path => mistakes.find(mistake => mistake.field === path)?.message,
      set: (path, value) => this.#set(document, path, value),
      type: (path, text, value) => {
        this.#typed = { path, text, value: JSON.stringify(value) };
        this.#set(document, path, value);
      },
      leave: () => {
        this.#typed = null;
        this.#update();
      },
      textOf: path => (this.#isTyped(document, path) ? this.#typed.text : undefined),
    };
    this.#rulesOpen ||= hasRules(document);
    return html`<form class="form job-form" @submit=${event => event.preventDefault()}>
      ${disabled ? html`<p class="hint">${t('form.disabled')}</p>` : nothing}
      ${withName ? text(form, 'name', { mono: true, first: true }) : nothing} ${text(form, 'description')} ${this.#trigger(form)} ${this.#processor(form)} ${this.#parameters(form)}
      <details class="form-more" ?open=${this.#rulesOpen}>
        <summary>${t('form.rules')}</summary>
        <div class="form-grid">
          ${choice(form, 'overlap', OVERLAPS, 'skip')} ${choice(form, 'misfire', MISFIRES, 'fire-once')} ${text(form, 'catchUpWindow', { placeholder: '1h' })}
          ${attempts(form)}
          ${text(form, 'priority', { number: true, placeholder: '5' })} ${text(form, 'concurrency', { number: true, placeholder: t('form.noLimit') })} ${names(form, 'requiredTags', 'gpu, eu')}
          ${text(form, 'alerts.noSuccessFor', { placeholder: t('form.never') })} ${text(form, 'alerts.runsLongerThan', { placeholder: t('form.never') })} ${text(form, 'onFailure.pauseAfter', { number: true, placeholder: t('form.never') })}
        </div>
        <label class="check"
          ><input type="checkbox" ?disabled=${disabled} .checked=${live(document.enabled !== false)}
            @change=${event => form.set('enabled', event.target.checked ? undefined : false)}
          />${t('form.enabled')}</label
        >
      </details>
    </form>`;
  }

  /** True while the document has what the reader typed. */
  #isTyped(document, path) {
    return this.#typed?.path === path && this.#typed.value === JSON.stringify(valueAt(document, path));
  }

  #set(document, path, value) {
    this.#onDocument(withValue(document, path, value));
  }

  #trigger(form) {
    const { document, disabled } = form;
    const kind = triggerKind(document);
    return html`<fieldset class="form-part">
      <legend>${t('form.trigger')}</legend>
      ${segments({
        label: t('form.trigger'),
        name: 'trigger-kind',
        items: [...TRIGGER_KINDS, null].map(key => ({ key, label: t(`form.trigger.${key ?? 'none'}`) })),
        selected: kind,
        onSelect: chosen =>
          !disabled && this.#onDocument(withTrigger(document, chosen, chosen === 'at' ? nextHour() : STARTS[chosen], chosen === 'cron' ? { zone: browserZone() } : {})),
      })}
      ${
        kind === 'cron'
          ? cronField({
              trigger: document.trigger,
              preview: this.#preview,
              disabled,
              onTrigger: trigger => form.set('trigger', trigger),
            })
          : kind === null
            ? html`<p class="hint">${t('form.trigger.noneText')}</p>`
            : html`${text(form, `trigger.${kind}`, { kept: true, hint: t(`form.hint.${kind}`) })} ${form.fireTimes?.length > 0 ? fireList(form.fireTimes.slice(0, FIRES), 'UTC') : nothing}`
      }
      ${
        kind === null
          ? nothing
          : html`<div class="form-row">
            ${text(form, 'trigger.jitter', { narrow: true, placeholder: '0s' })} ${kind === 'at' ? nothing : html`${text(form, 'trigger.from', { mono: true, placeholder: '2027-01-01T00:00:00Z' })} ${text(form, 'trigger.until', { mono: true, placeholder: '2027-12-31T00:00:00Z' })}`}
          </div>`
      }
      ${
        kind === 'every'
          ? html`<div class="form-row">
            ${text(form, 'trigger.within.from', { narrow: true, placeholder: '09:00', hint: t('form.hint.within') })} ${text(form, 'trigger.within.to', { narrow: true, placeholder: '18:30' })}
            ${names(form, 'trigger.within.days', 'MON, TUE, WED')} ${text(form, 'trigger.zone', { placeholder: 'UTC' })}
          </div>`
          : nothing
      }
    </fieldset>`;
  }

  #processor(form) {
    const { document, disabled } = form;
    const type = valueAt(document, 'processor.type');
    return html`<fieldset class="form-part">
      <legend>${t('form.processor')}</legend>
      ${segments({
        label: t('form.processor'),
        name: 'processor-type',
        items: PROCESSOR_KINDS.map(key => ({ key, label: key })),
        selected: type,
        onSelect: chosen => !disabled && this.#onDocument(withProcessor(document, chosen)),
      })}
      ${processorFields(form, type)}
    </fieldset>`;
  }

  #parameters(form) {
    const map = plainMap(form.document.parameters);
    const text = JSON.stringify(map);
    // Rows keep what is typed, such as a name that is not complete, until the document changes elsewhere.
    if (text !== this.#rowsOf) {
      this.#rows = new ParameterRows(map);
      this.#rowsOf = text;
    }
    return parameterFields({
      rows: this.#rows,
      id: 'form-parameter',
      disabled: form.disabled,
      onChange: () => {
        const { map: changed } = this.#rows.read();
        if (changed) {
          this.#rowsOf = JSON.stringify(changed);
          form.set('parameters', Object.keys(changed).length === 0 ? undefined : changed);
        }
        this.#update();
      },
    });
  }
}

/** A flow as a whole has a time-out, and no attempts: its nodes have them, by their jobs. */
function attempts(form) {
  const isFlow = valueAt(form.document, 'processor.type') === 'flow';
  const timeout = text(form, 'timeout', { label: t(isFlow ? 'form.field.timeout.flow' : 'form.field.timeout'), placeholder: t('form.noLimit') });
  if (isFlow && form.document.retry === undefined) {
    return timeout;
  }
  return html`${text(form, 'retry.maxAttempts', { number: true, placeholder: '1' })} ${text(form, 'retry.backoff', { placeholder: '10s' })}
    ${text(form, 'retry.maxBackoff', { placeholder: '10m' })} ${timeout}`;
}

function processorFields(form, type) {
  switch (type) {
    case 'shell':
      return valueAt(form.document, 'processor.command') === undefined
        ? area(form, 'processor.script', 6)
        : text(form, 'processor.command', { list: true, kept: true, mono: true, hint: t('form.hint.command') });
    case 'http':
      return html`<div class="form-row">${text(form, 'processor.method', { placeholder: 'GET' })}${text(form, 'processor.url', { mono: true, grow: true })}</div>
        ${area(form, 'processor.body', 3)}`;
    case 'java':
      return text(form, 'processor.name', { mono: true });
    case 'powerjob':
      return html`${text(form, 'processor.processorInfo', { mono: true, hint: t('form.hint.powerjob') })}
        <div class="form-row">${text(form, 'processor.executeType', { placeholder: 'STANDALONE' })}${text(form, 'processor.processorType', { placeholder: 'BUILT_IN' })}</div>`;
    case 'noop':
      return text(form, 'processor.sleep', { placeholder: '0s' });
    default:
      return html`<p class="hint">${t('form.otherProcessor')}</p>`;
  }
}

/** @param kept true if the form has the field only while the document has a value: an empty one stays there */
function text(form, path, { mono = false, number = false, list = false, kept = false, grow = false, narrow = false, first = false, placeholder = '', hint, label = t(`form.field.${path}`) } = {}) {
  const id = `form-${path.replaceAll('.', '-')}`;
  const value = valueAt(form.document, path);
  const error = form.errorOf(path);
  return html`<div class="field ${grow ? 'grow' : ''} ${narrow ? 'narrow' : ''} ${error ? 'wrong' : ''}">
    <label for=${id}>${label}</label>
    <input type="text" id=${id} class=${mono ? 'mono' : ''} spellcheck="false" autocomplete="off" placeholder=${placeholder} ?autofocus=${first} ?disabled=${form.disabled}
      .value=${live(form.textOf(path) ?? (list && Array.isArray(value) ? JSON.stringify(value) : value === undefined || value === null ? '' : String(value)))}
      aria-invalid=${error ? 'true' : nothing} aria-describedby=${error || hint ? `${id}-note` : nothing}
      @input=${event => form.type(path, event.target.value, valueOf(event.target.value, { number, list, kept }))} @change=${form.leave} />
    ${error || hint ? html`<p class=${error ? 'field-error' : 'hint'} id="${id}-note">${error ?? hint}</p>` : nothing}
  </div>`;
}

function area(form, path, rows) {
  const id = `form-${path.replaceAll('.', '-')}`;
  const error = form.errorOf(path);
  return html`<div class="field ${error ? 'wrong' : ''}">
    <label for=${id}>${t(`form.field.${path}`)}</label>
    <textarea id=${id} class="mono" rows=${rows} spellcheck="false" ?disabled=${form.disabled} .value=${live(String(valueAt(form.document, path) ?? ''))}
      aria-invalid=${error ? 'true' : nothing} @input=${event => form.set(path, event.target.value === '' ? undefined : event.target.value)}></textarea>
    ${error ? html`<p class="field-error">${error}</p>` : nothing}
  </div>`;
}

function choice(form, path, options, standard) {
  const id = `form-${path}`;
  const value = valueAt(form.document, path) ?? standard;
  return html`<div class="field">
    <label for=${id}>${t(`form.field.${path}`)}</label>
    <select id=${id} ?disabled=${form.disabled} aria-describedby="${id}-note"
      @change=${event => form.set(path, event.target.value === standard ? undefined : event.target.value)}>
      ${options.map(option => html`<option value=${option} ?selected=${value === option}>${option}</option>`)}
    </select>
    <p class="hint" id="${id}-note">${options.includes(value) ? t(`form.${path}.${value}`) : ''}</p>
  </div>`;
}

/** A list of names, with commas or spaces between them. */
function names(form, path, placeholder) {
  const id = `form-${path.replaceAll('.', '-')}`;
  const value = valueAt(form.document, path);
  return html`<div class="field">
    <label for=${id}>${t(`form.field.${path}`)}</label>
    <input type="text" id=${id} class="mono" spellcheck="false" autocomplete="off" placeholder=${placeholder} ?disabled=${form.disabled}
      .value=${live(form.textOf(path) ?? (Array.isArray(value) ? value.join(', ') : ''))}
      @input=${event => {
        const typed = event.target.value.split(/[\s,]+/).filter(Boolean);
        form.type(path, event.target.value, typed.length === 0 ? undefined : typed);
      }} @change=${form.leave} />
  </div>`;
}

/** What a field holds as a value of the document: a text that is no number stays, and the scheduler says what is wrong. */
function valueOf(written, { number, list, kept }) {
  const value = written.trim();
  if (value === '') {
    return kept ? '' : undefined;
  }
  if (number && /^-?\d{1,9}$/.test(value)) {
    return Number(value);
  }
  if (list) {
    try {
      return JSON.parse(value);
    } catch {
      return value.split(/\s+/);
    }
  }
  return value;
}

function plainMap(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

function nextHour() {
  return new Date(Math.ceil(serverNow() / 3_600_000 + 1) * 3_600_000).toISOString().replace('.000Z', 'Z');
}
