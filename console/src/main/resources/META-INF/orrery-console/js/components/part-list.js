// The parts of a run: how many are in which state, and a list of those that failed, are active, or of all.

import { html, nothing } from '../lit.js';
import { api } from '../api.js';
import { number, t } from '../i18n.js';
import { sharesOf } from '../part-counts.js';
import { to } from '../router.js';
import { visible } from '../ansi.js';
import { endWord } from './runs-table.js';
import { shareBar } from './share-bar.js';
import { table } from './table.js';
import { badge, linkButton, millis, problemBox, section, tabs, time } from './ui.js';

const KINDS = ['failed', 'active', 'all'];
const PAGE_SIZE = 50;

export class PartList {
  #ctx;
  #instance;
  #only;
  #poll = null;

  /** @param instance that has parts */
  constructor({ ctx, instance }) {
    this.#ctx = ctx;
    this.#instance = instance;
    this.#only = this.#wanted();
    this.#start();
  }

  /** Takes the instance as it is now. */
  take(instance) {
    const hasEnded = Boolean(instance.endedAt) && !this.#instance.endedAt;
    this.#instance = instance;
    if (hasEnded || (this.#only !== this.#wanted() && !isHeld())) {
      this.queryChanged();
    }
  }

  queryChanged() {
    this.#only = this.#wanted();
    this.#start();
  }

  /** The reader's choice, or what failed, if some has. */
  #wanted() {
    const chosen = this.#ctx.query.get('parts');
    return KINDS.includes(chosen) ? chosen : this.#instance.parts.failed > 0 ? 'failed' : 'all';
  }

  #start() {
    if (this.#poll) {
      this.#ctx.drop(this.#poll);
    }
    const args = { id: this.#instance.id, only: this.#only, limit: PAGE_SIZE, after: this.#after() };
    this.#poll = this.#ctx.poll(signal => api.listParts(args, { signal }), { every: this.#instance.endedAt ? 0 : 2000 });
  }

  #after() {
    return this.#ctx.query.get('after') ?? undefined;
  }

  view() {
    const { parts: counts, endedAt } = this.#instance;
    const count = { failed: counts.failed, active: counts.active, all: counts.made };
    return section({
      title: t('parts.title'),
      content: html`<div class="parts">
        ${shareBar({ shares: sharesOf(counts, { hasEnded: Boolean(endedAt) }), wordOf: key => t(`parts.${key}`), total: { word: t('parts.total'), count: counts.total } })}
        ${tabs({
          label: t('parts.which'),
          selected: this.#only,
          items: KINDS.map(key => ({ key, label: t(`parts.only.${key}`), href: this.#address({ parts: key }), count: number(count[key]) })),
        })}
        ${this.#list()}
      </div>`,
    });
  }

  #address(query) {
    return to.run(this.#instance.app, this.#instance.id, query);
  }

  #list() {
    const { data, problem } = this.#poll;
    if (problem) {
      return problemBox(problem, { retry: () => this.#poll.refresh() });
    }
    const next = data?.next;
    return html`${partsTable(data?.items, this.#instance, this.#only)}
      ${
        next || this.#after()
          ? html`<div class="list-end">
              ${this.#after() ? linkButton({ label: t('parts.first'), icon: 'up', href: this.#address({ parts: this.#only }) }) : html`<span></span>`}
              ${next ? linkButton({ label: t('parts.more'), icon: 'down', href: this.#address({ parts: this.#only, after: next }) }) : nothing}
            </div>`
          : nothing
      }`;
  }
}

/** The reader is in the list by keyboard, or points at it. */
function isHeld() {
  return document.activeElement?.closest?.('.parts') != null || document.querySelector('.parts:hover') !== null;
}

function partsTable(parts, instance, only) {
  return table({
    label: t('parts.title'),
    rows: parts,
    href: part => to.run(instance.app, part.id),
    empty: html`<p class="muted">${t(`parts.none.${only}`)}</p>`,
    columns: [
      { key: 'part', title: t('parts.part'), kind: 'nowrap', cell: part => t('parts.number', { n: number(part.part) }) },
      { key: 'state', title: t('runs.state'), cell: part => badge(part.state) },
      { key: 'why', title: t('runs.why'), kind: 'grow', cell: part => why(part) },
      { key: 'attempt', title: t('runs.attempts'), end: true, kind: 'narrow-hide', cell: part => part.attempt || html`<span class="none">–</span>` },
      {
        key: 'worker',
        title: t('runs.worker'),
        kind: 'cut-cell narrow-hide',
        cell: part => html`<span title=${visible(part.worker ?? '')}>${visible(part.worker ?? '')}</span>`,
      },
      { key: 'started', title: t('run.started'), kind: 'nowrap narrow-hide', cell: part => time(part.startedAt) },
      { key: 'ran', title: t('runs.duration'), end: true, kind: 'nowrap narrow-hide', cell: part => millis(part.runMillis) },
    ],
  });
}

function why(part) {
  const reason = part.endReason === 'PARTS_FAILED' ? t('parts.othersFailed') : part.endReason ? endWord(part.endReason) : '';
  const text = visible([reason, part.error].filter(Boolean).join(t('text.colon')));
  return html`<span class=${part.error ? 'mono' : ''} title=${text || nothing}>${text}</span>`;
}
