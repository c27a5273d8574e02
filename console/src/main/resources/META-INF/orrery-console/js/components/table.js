// The table: sticky head, rows of 32 px, whole rows as links, sorting, and a choice of many rows.

import { html, nothing, repeat } from '../lit.js';
import { t } from '../i18n.js';
import { icon } from './icons.js';

/**
 * @param columns `{key, title, cell, end, sort, kind, label, named}`: `cell(row)` is the content, `end` aligns numbers to
 *     the right, `sort` makes the head a button, `kind` is a class such as `wide-only`, `grow` or `actions`; `label` names
 *     a column without a visible title; a `named` column has its title in stacked rows, too, as numbers have
 * @param rows the rows, or undefined while they load
 * @param key the id of a row
 * @param href the address of a row; the first column is then its link
 * @param sort `{key, down}` with `onSort(key)`
 * @param choice a {@link Choice}; `nameOf(row)` names a row for screen readers
 * @param kind a class of the whole table: `stacked` shows each row as a block in a narrow window
 * @param empty what to show without rows
 */
export function table({
  label,
  columns,
  rows,
  key = row => row.id,
  href,
  sort,
  onSort,
  choice,
  nameOf = key,
  empty = nothing,
  skeletonRows = 8,
  rowKind = () => '',
  kind = '',
}) {
  if (rows && rows.length === 0) {
    return empty;
  }
  return html`<div class="table-frame ${kind}">
    <table aria-label=${label} aria-busy=${rows ? nothing : 'true'}>
      <thead>
        <tr>
          ${choice && rows ? html`<th class="choice" scope="col">${all(choice, rows.map(key))}</th>` : nothing}
          ${columns.map(column => head(column, sort, onSort))}
        </tr>
      </thead>
      <tbody>
        ${rows
          ? repeat(rows, key, row => body(row, { columns, key, href, choice, nameOf, rowKind }))
          : Array.from(
              { length: skeletonRows },
              () => html`<tr class="skeleton-row">
                ${columns.map(column => html`<td class=${cellClass(column)}><span class="skeleton line"></span></td>`)}
              </tr>`,
            )}
      </tbody>
    </table>
  </div>`;
}

function head(column, sort, onSort) {
  const sorted = sort?.key === column.key;
  const direction = sorted ? (sort.down ? 'descending' : 'ascending') : nothing;
  return html`<th scope="col" class=${cellClass(column)} aria-sort=${direction}>
    ${column.sort
      ? html`<button type="button" class="sort ${sorted ? 'sorted' : ''}" @click=${() => onSort(column.key)}>
          ${column.title}${icon(sorted ? (sort.down ? 'down' : 'up') : 'updown')}
        </button>`
      : column.title
        ? column.title
        : html`<span class="visually-hidden">${column.label ?? ''}</span>`}
  </th>`;
}

function cellClass(column) {
  return `${column.end ? 'end' : ''} ${column.kind ?? ''}`;
}

function body(row, { columns, key, href, choice, nameOf, rowKind }) {
  const id = key(row);
  const address = href?.(row);
  return html`<tr class="${address ? 'linked' : ''} ${choice?.has(id) ? 'chosen' : ''} ${rowKind(row)}"
    @click=${address ? event => openRow(event, address) : nothing}>
    ${choice
      ? html`<td class="choice">
          <input type="checkbox" aria-label=${t('table.choose', { name: nameOf(row) })} .checked=${choice.has(id)}
            @change=${event => choice.set(id, event.target.checked)} />
        </td>`
      : nothing}
    ${columns.map(
      (column, index) => html`<td class=${cellClass(column)} data-title=${(column.end || column.named) && column.title ? column.title : nothing}>
        ${index === 0 && address ? html`<a class="row-link" href=${address}>${column.cell(row)}</a>` : column.cell(row)}
      </td>`,
    )}
  </tr>`;
}

function all(choice, ids) {
  const chosen = ids.filter(id => choice.has(id)).length;
  return html`<input type="checkbox" aria-label=${t('table.chooseAll')}
    .checked=${chosen > 0 && chosen === ids.length} .indeterminate=${chosen > 0 && chosen < ids.length}
    @change=${event => choice.setAll(ids, event.target.checked)} />`;
}

/** A click anywhere in the row follows its link, unless it meant a control or ended a selection of text. */
function openRow(event, address) {
  if (event.target.closest('a, button, input, label, select, summary, td.choice') || String(getSelection()) !== '') {
    return;
  }
  if (event.ctrlKey || event.metaKey) {
    window.open(address, '_blank', 'noopener');
  } else {
    event.currentTarget.querySelector('a.row-link').click();
  }
}

/**
 * Makes frames scroll whose content is larger, also by keyboard. The others do not clip their table, so that its head
 * sticks to the top of the page.
 */
export function markWideTables(root = document) {
  for (const frame of root.querySelectorAll('.table-frame, .grid-frame, .flow-frame')) {
    const content = frame.firstElementChild;
    const wide = content.offsetWidth > frame.clientWidth + 1 || content.offsetHeight > frame.clientHeight + 1;
    if (wide !== frame.classList.contains('wide')) {
      frame.classList.toggle('wide', wide);
      if (wide) {
        frame.tabIndex = 0;
        frame.setAttribute('role', 'region');
        frame.setAttribute('aria-label', content.getAttribute('aria-label'));
      } else {
        ['tabindex', 'role', 'aria-label'].forEach(name => frame.removeAttribute(name));
      }
    }
  }
}

/** The chosen rows of a table, by id. */
export class Choice {
  #ids = new Set();
  #onChange;

  constructor(onChange) {
    this.#onChange = onChange;
  }

  get size() {
    return this.#ids.size;
  }

  get ids() {
    return [...this.#ids];
  }

  has(id) {
    return this.#ids.has(id);
  }

  set(id, chosen) {
    if (chosen) {
      this.#ids.add(id);
    } else {
      this.#ids.delete(id);
    }
    this.#onChange();
  }

  setAll(ids, chosen) {
    ids.forEach(id => (chosen ? this.#ids.add(id) : this.#ids.delete(id)));
    this.#onChange();
  }

  clear() {
    this.#ids.clear();
    this.#onChange();
  }

  /** Drops ids that the table no longer has. */
  keep(ids) {
    const present = new Set(ids);
    this.#ids.forEach(id => present.has(id) || this.#ids.delete(id));
  }
}

/** The bar above a table while rows are chosen. */
export function choiceBar(choice, actions) {
  return choice.size === 0
    ? nothing
    : html`<div class="choice-bar" role="region" aria-label=${t('table.chosenRegion')}>
        <span>${t('table.chosen', { n: choice.size })}</span>
        ${actions}
        <button type="button" class="button quiet" @click=${() => choice.clear()}>${t('table.chooseNone')}</button>
      </div>`;
}

/** "12 new": shows rows that came while the list stood still, or the begin of a list that lacks it. */
export function freshRows(held, update) {
  return held.fresh === 0 && held.dropped === 0
    ? nothing
    : html`<button type="button" class="fresh" @click=${() => {
        held.showAll();
        update();
      }}>${icon('up')}${held.dropped === 0 ? t('table.fresh', { n: held.fresh }) : t('table.newest')}</button>`;
}
