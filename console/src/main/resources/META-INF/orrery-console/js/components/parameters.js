// A table of names and values, for the parameters of a run or a job.

import { html, nothing, repeat, live } from '../lit.js';
import { t } from '../i18n.js';
import { parametersOf } from '../job-document.js';
import { button } from './ui.js';

/** The rows of a form of parameters. */
export class ParameterRows {
  #next = 0;

  /** @param fixed true if the names come from the job: they stand first and cannot be renamed */
  constructor(map = {}, { fixed = false } = {}) {
    this.rows = Object.entries(map).map(([name, value]) => this.#row(name, String(value), fixed));
  }

  #row(name, value, fixed) {
    this.#next += 1;
    return { key: this.#next, name, value, fixed };
  }

  add() {
    this.rows = [...this.rows, this.#row('', '', false)];
  }

  remove(key) {
    this.rows = this.rows.filter(row => row.key !== key);
  }

  /** `{map}`, or `{refused, name}`. */
  read() {
    return parametersOf(this.rows);
  }
}

/**
 * @param rows a {@link ParameterRows}
 * @param id a prefix for the ids of the inputs
 */
export function parameterFields({ rows, id, onChange, disabled = false }) {
  const refused = rows.read();
  return html`<fieldset class="parameters">
    <legend>${t('parameters.title')}</legend>
    ${repeat(
      rows.rows,
      row => row.key,
      row => html`<div class="parameter-row">
        ${
          row.fixed
            ? html`<label class="parameter-name mono" for="${id}-${row.key}">${row.name}</label>`
            : html`<input type="text" class="mono" placeholder=${t('parameters.name')} aria-label=${t('parameters.name')} autocomplete="off"
              spellcheck="false" ?disabled=${disabled} .value=${live(row.name)}
              @input=${event => {
                row.name = event.target.value;
                onChange();
              }} />`
        }
        <textarea id="${id}-${row.key}" class="mono" rows=${row.value.includes('\n') ? 4 : 1} spellcheck="false" ?disabled=${disabled}
          aria-label=${row.fixed ? nothing : t('parameters.valueOf', { name: row.name })} .value=${live(row.value)}
          @input=${event => {
            row.value = event.target.value;
            onChange();
          }}></textarea>
        ${
          row.fixed
            ? nothing
            : button({
                label: t('parameters.remove', { name: row.name }),
                icon: 'close',
                kind: 'quiet',
                hidden: true,
                onClick: () => {
                  rows.remove(row.key);
                  onChange();
                },
              })
        }
      </div>`,
    )}
    ${refused.refused ? html`<p class="field-error" role="alert">${t(`parameters.refused.${refused.refused}`, { name: refused.name })}</p>` : nothing}
    <div>
      ${button({
        label: t('parameters.add'),
        icon: 'plus',
        kind: 'quiet',
        off: disabled ? t('parameters.noEdit') : undefined,
        onClick: () => {
          rows.add();
          onChange();
        },
      })}
    </div>
  </fieldset>`;
}
