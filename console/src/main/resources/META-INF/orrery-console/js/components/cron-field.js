// A cron expression: common schedules to choose, its meaning in words, and its next fire times while it is typed.

import { html, nothing, live } from '../lit.js';
import { api } from '../api.js';
import { serverNow } from '../clock.js';
import { t } from '../i18n.js';
import { FIRES, previewFrom, untilEnd } from '../fire-changes.js';
import { browserZone, formatInZone, formatInstant } from '../time.js';
import { triggerMeaning } from '../trigger-words.js';
import { knownZone } from '../zone-times.js';
import { DAYS, MODES, fromExpression, startOf, toExpression } from '../cron-builder.js';
import { icon } from './icons.js';

const TYPING_MILLIS = 300;

/** Asks the scheduler what an expression means; the last question wins. */
export class CronPreview {
  data = null;
  problem = null;
  #asked = null;
  #timer = null;
  #abort = null;
  #onChange;

  constructor(onChange) {
    this.#onChange = onChange;
  }

  ask({ cron, zone, dialect, from }) {
    const asked = JSON.stringify([cron, zone, dialect, from]);
    if (asked === this.#asked) {
      return;
    }
    this.#asked = asked;
    this.close();
    if (!cron) {
      this.data = null;
      this.problem = null;
      return;
    }
    this.#timer = setTimeout(
      () =>
        this.#call({
          cron: String(cron),
          zone: zone || undefined,
          dialect: dialect || undefined,
          from: previewFrom({ from }, serverNow()),
          count: FIRES,
        }),
      TYPING_MILLIS,
    );
  }

  async #call(args) {
    const abort = new AbortController();
    this.#abort = abort;
    try {
      this.data = await api.previewCron(args, { signal: abort.signal });
      this.problem = null;
    } catch (problem) {
      if (abort.signal.aborted) {
        return;
      }
      this.data = null;
      this.problem = problem;
    }
    this.#onChange();
  }

  close() {
    clearTimeout(this.#timer);
    this.#abort?.abort();
  }
}

/**
 * @param trigger the trigger of the document, with `cron`
 * @param onTrigger gets the changed trigger
 */
export function cronField({ trigger, preview, onTrigger, disabled }) {
  const cron = String(trigger.cron ?? '');
  const schedule = fromExpression(cron);
  preview.ask(trigger);
  const set = changed => {
    const expression = toExpression(changed);
    if (expression !== null) {
      onTrigger({ ...trigger, cron: expression });
    }
  };
  const zones = supportedZones();
  return html`<div class="cron">
    <div class="form-row">
      <label class="field"
        ><span>${t('cron.builder')}</span
        ><select ?disabled=${disabled} @change=${event => set(startOf(event.target.value))}>
          ${MODES.map(mode => html`<option value=${mode} ?selected=${schedule.mode === mode}>${t(`cron.mode.${mode}`)}</option>`)}
        </select></label
      >
      ${details(schedule, set, disabled)}
    </div>
    <div class="form-row">
      <label class="field grow"
        ><span>${t('cron.expression')}</span
        ><input type="text" class="mono" spellcheck="false" autocomplete="off" ?disabled=${disabled} .value=${live(cron)}
          aria-invalid=${preview.problem ? 'true' : nothing} aria-describedby="cron-meaning"
          @input=${event => onTrigger({ ...trigger, cron: event.target.value })}
      /></label>
      <label class="field"
        ><span>${t('cron.zone')}</span
        ><input type="text" list="zones" spellcheck="false" autocomplete="off" ?disabled=${disabled} .value=${live(trigger.zone ?? '')} placeholder="UTC"
          @input=${event => onTrigger(without({ ...trigger, zone: event.target.value }, 'zone'))}
      /></label>
      <label class="field"
        ><span>${t('cron.dialect')}</span
        ><select ?disabled=${disabled} @change=${event => onTrigger(without({ ...trigger, dialect: event.target.value }, 'dialect'))}>
          <option value="">${t('cron.noDialect')}</option>
          ${['quartz', 'unix', 'spring'].map(name => html`<option value=${name} ?selected=${trigger.dialect === name}>${name}</option>`)}
        </select></label
      >
    </div>
    <datalist id="zones">${zones.map(zone => html`<option value=${zone}></option>`)}</datalist>
    <div id="cron-meaning" class="cron-meaning" role="status">${meaning(preview, trigger)}</div>
  </div>`;
}

function without(trigger, name) {
  const changed = { ...trigger };
  if (changed[name] === '') {
    delete changed[name];
  }
  return changed;
}

function meaning({ data, problem }, trigger) {
  if (problem) {
    return html`<p class="field-error">${icon('warning')}${problem.detail}</p>`;
  }
  if (data === null) {
    return html`<p class="muted">${t('cron.none')}</p>`;
  }
  const zone = knownZone(trigger.zone || 'UTC');
  return html`<p><b>${triggerMeaning(trigger, data.description) ?? ''}</b></p>
    ${fireList(untilEnd(data.fireTimes, trigger), zone)}`;
}

/** Fires by the clocks of a zone, and by those of the reader. */
export function fireList(fireTimes, zone) {
  return html`<ol class="next-fires numbers">
    ${fireTimes.map(
      at => html`<li>
        <span>${formatInZone(at, zone)}</span>
        ${zone === browserZone() ? nothing : html`<span class="muted">${t('cron.here', { time: formatInZone(at, browserZone()) })}</span>`}
        <span class="muted">${formatInstant(at, serverNow(), 'relative')}</span>
      </li>`,
    )}
  </ol>`;
}

function details(schedule, set, disabled) {
  const numberField = (name, label, least, most) => html`<label class="field narrow"
    ><span>${label}</span
    ><input type="number" min=${least} max=${most} ?disabled=${disabled} .value=${String(schedule[name])}
      @input=${event => {
        const value = event.target.valueAsNumber;
        if (Number.isInteger(value) && value >= least && value <= most) {
          set({ ...schedule, [name]: value });
        }
      }}
  /></label>`;
  const at = () => html`<label class="field"
    ><span>${t('cron.at')}</span
    ><input type="time" ?disabled=${disabled} .value=${`${two(schedule.hour)}:${two(schedule.minute)}`}
      @input=${event => {
        const [hour, minute] = event.target.value.split(':').map(Number);
        if (Number.isInteger(hour) && Number.isInteger(minute)) {
          set({ ...schedule, hour, minute });
        }
      }}
  /></label>`;
  switch (schedule.mode) {
    case 'minutes':
      return numberField('every', t('cron.everyMinutes'), 1, 59);
    case 'hourly':
      return numberField('minute', t('cron.atMinute'), 0, 59);
    case 'daily':
      return at();
    case 'weekly':
      return html`${at()}
        <fieldset class="days">
          <legend class="visually-hidden">${t('cron.days')}</legend>
          ${DAYS.map(
            day => html`<label class="check small"
              ><input type="checkbox" ?disabled=${disabled} .checked=${live(schedule.days.includes(day))}
                @change=${event => set({ ...schedule, days: event.target.checked ? [...schedule.days, day] : schedule.days.filter(other => other !== day) })}
              />${t(`cron.day.${day}`)}</label
            >`,
          )}
        </fieldset>`;
    case 'monthly':
      return html`${at()}
        <label class="field narrow"
          ><span>${t('cron.dayOfMonth')}</span
          ><select ?disabled=${disabled} @change=${event => set({ ...schedule, day: event.target.value })}>
            ${[...Array.from({ length: 31 }, (_, index) => String(index + 1)), 'L'].map(
              day =>
                html`<option value=${day} ?selected=${schedule.day === day}>${day === 'L' ? t('cron.lastDay') : day}</option>`,
            )}
          </select></label
        >`;
    default:
      return nothing;
  }
}

function two(value) {
  return String(value).padStart(2, '0');
}

function supportedZones() {
  return ['UTC', ...(Intl.supportedValuesOf?.('timeZone') ?? [])];
}
