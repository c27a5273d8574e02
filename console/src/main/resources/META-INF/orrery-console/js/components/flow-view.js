// The graph of a flow: a box for each node, with its state if it has one, and lines from what it needs.

import { html, nothing, svg } from '../lit.js';
import { visible } from '../ansi.js';
import { serverNow } from '../clock.js';
import { SIZE, graphOf } from '../flow-graph.js';
import { nodesOf, ranMillis } from '../flow-nodes.js';
import { t } from '../i18n.js';
import { to } from '../router.js';
import { formatMillis } from '../time.js';
import { badge, middleCut, section } from './ui.js';

const HEIGHT = { withState: 70, plain: 48 };
/** Around the graph, so that the frame of a node that has the focus is not cut. */
const MARGIN = 6;
const ENTRY_HEIGHT = 18;
const MOST_WORDS = 24;

/** On what the node depends besides the end of its needs, such as "failed" or "if ok, warn"; '' for nothing. */
export function conditionWords(node) {
  const results = node.if ? node.if.result.map(visible).join(', ') : '';
  return [
    ['failed', 'always', 'ended'].includes(node.when) ? t(`nodes.when.${node.when}`) : '',
    node.if && (node.needs.length > 1 ? t('nodes.ifOf', { node: node.if.node, results }) : t('nodes.if', { results })),
  ]
    .filter(Boolean)
    .join(', ');
}

/** The section of a document's graph; nothing for a document that is not a flow, or that cannot be drawn yet. */
export function flowPreview(document, hrefOf = () => undefined) {
  const graph = flowGraph(nodesOf(document) ?? [], hrefOf);
  return graph === nothing ? nothing : section({ title: t('nodes.graphTitle'), content: graph });
}

/** The address of a node's job. */
export function jobOf(app) {
  return node => (node.job === '' ? undefined : to.job(app, node.job));
}

/**
 * @param nodes as the API has them; those of a document have no state
 * @param hrefOf the address of a node, undefined for none
 * @param label for screen readers
 * @param fit true to show the whole graph in the size of its frame
 */
export function flowGraph(nodes, hrefOf, { label = t('nodes.graph', { n: nodes.length }), fit = false } = {}) {
  const height = nodes.some(node => node.state) ? HEIGHT.withState : HEIGHT.plain;
  const graph = drawn(nodes, height);
  if (graph === null) {
    return nothing;
  }
  const stateOf = Object.fromEntries(nodes.map(({ name, state }) => [name, state]));
  const isOff = ({ targets }) => targets.every(name => stateOf[name] === 'SKIPPED');
  return html`<div class="flow-frame"><div class="flow-drawing ${fit ? 'fit' : ''}" aria-label=${label}>
    ${svg`<svg role="group" aria-label=${label} width=${graph.width + 2 * MARGIN} height=${graph.height + 2 * MARGIN}
        viewBox="${-MARGIN} ${-MARGIN} ${graph.width + 2 * MARGIN} ${graph.height + 2 * MARGIN}">
      <g aria-hidden="true">
        ${graph.lines.map(line => svg`<path class="flow-line ${isOff(line) ? 'off' : ''}" d=${line.path}></path>`)}
        ${graph.entries.map(entry => entryOf(entry, graph.words.get(entry.name), isOff({ targets: [entry.name] })))}
      </g>
      ${graph.nodes.map(({ node: { name }, x, y }) => {
        const node = nodes.find(one => one.name === name);
        const box = svg`<foreignObject x=${x} y=${y} width=${SIZE.width} height=${height}>${boxOf(node, graph.words.get(name))}</foreignObject>`;
        const href = hrefOf(node);
        return href ? svg`<a class="flow-node" href=${href}>${box}</a>` : svg`<g class="flow-node">${box}</g>`;
      })}
    </svg>`}
  </div></div>`;
}

/** The last graphs, because each answer of the scheduler has the same one with other states. */
const graphs = new Map();
const KEPT = 4;

function drawn(nodes, height) {
  const words = new Map(nodes.map(node => [node.name, conditionWords(node)]));
  const key = JSON.stringify([height, nodes.map(({ name, needs }) => [name, needs, words.get(name)])]);
  if (!graphs.has(key)) {
    const graph = graphOf(nodes, { height, entryOf: name => entryWidth(words.get(name)) });
    graphs.set(key, graph && { ...graph, words });
    [...graphs.keys()].slice(0, -KEPT).forEach(old => graphs.delete(old));
  }
  return graphs.get(key);
}

function cut(words) {
  return words.length > MOST_WORDS ? `${words.slice(0, MOST_WORDS - 1)}…` : words;
}

/** About the width of the words as text of 11 px, with room for their frame and the arrow. */
function entryWidth(words) {
  return words === '' ? 0 : Math.ceil([...cut(words)].reduce((sum, letter) => sum + (letter > '\u2e80' ? 11 : 5.9), 0)) + 28;
}

/** The last stretch before a node, with the words of its condition. */
function entryOf({ from, to: end, y }, words, off) {
  const room = end - from - 18;
  return svg`<g class=${off ? 'off' : ''}>
    <path class="flow-line ${off ? 'off' : ''}" d="M${from} ${y}H${end}"></path>
    <path class="flow-arrow" d="M${end - 7} ${y - 4}L${end} ${y}L${end - 7} ${y + 4}z"></path>
    ${
      words === ''
        ? nothing
        : svg`<rect class="flow-word" x=${from + 4} y=${y - ENTRY_HEIGHT / 2} width=${room} height=${ENTRY_HEIGHT} rx="9"></rect>
          <text class="flow-word-text" x=${from + 4 + room / 2} y=${y + 4}>${cut(words)}</text>`
    }
  </g>`;
}

/** Says that the node was not run again. */
export function reusedPill() {
  return html`<span class="pill" title=${t('nodes.reusedText')}>${t('nodes.reused')}</span>`;
}

function boxOf(node, words) {
  const ran = ranMillis(node, serverNow());
  return html`<div class="flow-box ${node.state ? `state-${node.state}` : ''} ${node.state === 'WAITING' && !node.instance ? 'not-started' : ''}"
      title=${visible([`${node.name} (${node.job})`, words, node.error].filter(Boolean).join(t('text.colon')))}>
    <span class="flow-name">${middleCut(visible(node.name))}</span>
    <span class="flow-job mono">${middleCut(visible(node.job))}</span>
    ${
      node.state
        ? html`<span class="flow-state ${node.reused ? 'reused' : ''}">${badge(node.state)} ${node.reused ? reusedPill() : ran === null ? nothing : html`<span class="numbers">${formatMillis(ran)}</span>`}</span>`
        : nothing
    }
    ${words === '' ? nothing : html`<span class="visually-hidden">${words}</span>`}
  </div>`;
}
