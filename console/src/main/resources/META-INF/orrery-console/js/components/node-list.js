// The nodes of a flow's run: how many are in which state, the graph, and the same as a table.

import { html, nothing } from '../lit.js';
import { api } from '../api.js';
import { serverNow } from '../clock.js';
import { certainSkips, hasFailed, openNeeds, ranMillis } from '../flow-nodes.js';
import { t } from '../i18n.js';
import { nodeSharesOf } from '../part-counts.js';
import { to } from '../router.js';
import { visible } from '../ansi.js';
import { waitingWord } from '../waiting-words.js';
import { flowBarsView } from './flow-bars-view.js';
import { conditionWords, flowGraph, reusedPill } from './flow-view.js';
import { endWord } from './runs-table.js';
import { shareBar } from './share-bar.js';
import { table } from './table.js';
import { badge, middleCut, millis, problemBox, section, segments, skeleton, time } from './ui.js';

/** The graph in full size, the whole graph in its frame, and bars on an axis of time. */
const VIEWS = ['graph', 'fit', 'time'];

export class NodeList {
  #ctx;
  #instance;
  #poll;

  /** @param instance that has nodes */
  constructor({ ctx, instance }) {
    this.#ctx = ctx;
    this.#instance = instance;
    this.#start();
  }

  /** Takes the instance as it is now. */
  take(instance) {
    const hasEnded = Boolean(instance.endedAt) && !this.#instance.endedAt;
    this.#instance = instance;
    if (hasEnded) {
      this.#ctx.drop(this.#poll);
      this.#start();
    }
  }

  #start() {
    const { id, endedAt } = this.#instance;
    this.#poll = this.#ctx.poll(signal => api.listNodes({ id }, { signal }), { every: endedAt ? 0 : 2000 });
  }

  view() {
    const { nodes: counts } = this.#instance;
    return section({
      title: t('nodes.title'),
      actions: segments({
        label: t('nodes.views'),
        name: 'nodes-view',
        items: VIEWS.map(key => ({ key, label: t(`nodes.view.${key}`) })),
        selected: this.#wanted(),
        onSelect: key => this.#ctx.setQuery({ nodes: key === VIEWS[0] ? null : key }),
      }),
      content: html`<div class="parts">
        ${shareBar({ shares: nodeSharesOf(counts), wordOf: key => t(`nodes.share.${key}`), total: { word: t('parts.total'), count: counts.total } })}
        ${this.#nodes()}
      </div>`,
    });
  }

  #wanted() {
    const chosen = this.#ctx.query.get('nodes');
    return VIEWS.includes(chosen) ? chosen : VIEWS[0];
  }

  #nodes() {
    const { data, problem } = this.#poll;
    if (problem) {
      return problemBox(problem, { retry: () => this.#poll.refresh() });
    }
    if (data === undefined) {
      return skeleton(6);
    }
    const nodes = data.items;
    const hrefOf = node => (node.instance ? to.run(this.#instance.app, node.instance) : undefined);
    const failed = nodes.filter(hasFailed);
    return html`${this.#ending(nodes, hrefOf)}${failed.length > 0 ? html`<p>${t('nodes.failedOnes')} ${namesOf(failed, hrefOf)}</p>` : nothing}
      ${this.#picture(nodes, hrefOf)} ${nodesTable(nodes, this.#instance.app, hrefOf)}`;
  }

  #ending(nodes, hrefOf) {
    const { ending } = this.#instance.nodes;
    const active = nodes.filter(node => node.instance && !node.endedAt);
    return ending ? html`<p>${badge(ending)} ${t('nodes.ending')} ${namesOf(active, hrefOf)}</p>` : nothing;
  }

  #picture(nodes, hrefOf) {
    const view = this.#wanted();
    return view === 'time'
      ? flowBarsView(nodes, hrefOf)
      : flowGraph(nodes, hrefOf, { label: t('nodes.graphOfRun', { n: nodes.length }), fit: view === 'fit' });
  }
}

function namesOf(nodes, hrefOf) {
  return nodes.map((node, index) => html`${index > 0 ? ', ' : nothing}${nameOf(node, hrefOf(node))}`);
}

function nameOf({ name }, href) {
  return href ? html`<a href=${href}>${visible(name)}</a>` : visible(name);
}

function nodesTable(nodes, app, href) {
  const skips = certainSkips(nodes);
  return table({
    label: t('nodes.title'),
    rows: nodes,
    key: node => node.name,
    href,
    kind: 'stacked',
    rowKind: node => (node.state === 'SKIPPED' ? 'skipped-row' : ''),
    columns: [
      { key: 'node', title: t('nodes.node'), kind: 'cut-cell', cell: node => middleCut(visible(node.name)) },
      {
        key: 'state',
        title: t('runs.state'),
        kind: 'nowrap',
        cell: node => html`${badge(node.state)} ${node.reused ? reusedPill() : nothing}`,
      },
      { key: 'job', title: t('runs.job'), kind: 'cut-cell', cell: node => html`<a href=${to.job(app, node.job)}>${middleCut(visible(node.job))}</a>` },
      { key: 'after', title: t('nodes.after'), kind: 'cut-cell', named: true, cell: node => after(node) },
      { key: 'why', title: t('runs.why'), kind: 'grow', cell: node => why(node, nodes, skips) },
      {
        key: 'worker',
        title: t('runs.worker'),
        kind: 'cut-cell huge-only',
        cell: node => html`<span title=${visible(node.worker ?? '')}>${visible(node.worker ?? '')}</span>`,
      },
      { key: 'started', title: t('run.started'), kind: 'nowrap huge-only', cell: node => time(node.startedAt) },
      { key: 'ran', title: t('runs.duration'), end: true, kind: 'nowrap', cell: node => millis(ranMillis(node, serverNow())) },
    ],
  });
}

/** Shows the needs and the condition of a node. */
function after(node) {
  if (node.needs.length === 0) {
    return html`<span class="none">–</span>`;
  }
  const words = [node.needs.map(visible).join(', '), conditionWords(node)].filter(Boolean).join(' · ');
  return html`<span title=${words}>${words}</span>`;
}

function why(node, nodes, skips) {
  const text = visible(
    [reason(node, nodes, skips), node.error ?? (node.state === 'SUCCEEDED' ? node.result : ''), hasFailed(node) && node.continueOnFailure ? t('nodes.mayFail') : '']
      .filter(Boolean)
      .join(' · '),
  );
  return html`<span class=${node.error ? 'mono' : ''} title=${text || nothing}>${text}</span>`;
}

function reason(node, nodes, skips) {
  if (node.endReason) {
    return endWord(node.endReason);
  }
  if (node.state !== 'WAITING') {
    return node.skippedBecause ?? '';
  }
  const open = openNeeds(node, nodes);
  if (node.waitingFor) {
    return t('runs.waitsFor', { reason: waitingWord(node.waitingFor) });
  }
  const skip = skips.get(node.name);
  if (skip) {
    return t(`nodes.willSkip.${skip.because}`, { nodes: skip.needs.join(', ') });
  }
  return node.instance ? t('nodes.runWaits') : open.length > 0 ? t('nodes.waitsFor', { nodes: open.join(', ') }) : '';
}
