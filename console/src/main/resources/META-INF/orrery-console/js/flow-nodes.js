/** The nodes of a flow, as a document or the API has them. */

import { END_STATES } from './states.js';

const FAILED = ['FAILED', 'TIMED_OUT', 'CANCELED'];

/** More are refused by the scheduler. */
const MOST_NODES = 200;

/**
 * The nodes of a document that is perhaps being typed, in the form of the API but without states; what has no name is
 * left out.
 *
 * @returns null if the document is not a flow
 */
export function nodesOf(document) {
  const { type, nodes } = document?.processor ?? {};
  if (type !== 'flow' || !Array.isArray(nodes)) {
    return null;
  }
  return nodes
    .filter(node => typeof node?.name === 'string')
    .slice(0, MOST_NODES)
    .map(({ name, job, needs, when, if: condition, continueOnFailure }) => ({
      name,
      job: typeof job === 'string' ? job : '',
      needs: [...new Set(texts(needs))],
      when: typeof when === 'string' ? when : 'succeeded',
      if: typeof condition?.node === 'string' ? { node: condition.node, result: texts(condition.result) } : null,
      continueOnFailure: continueOnFailure === true,
    }));
}

function texts(value) {
  return (Array.isArray(value) ? value : [value]).filter(one => typeof one === 'string' || typeof one === 'number').map(String);
}

/** True if the end of the node can make its flow fail. */
export function hasFailed({ state }) {
  return FAILED.includes(state);
}

/** The names of the nodes that have not ended and that this one needs. */
export function openNeeds(node, nodes) {
  return node.needs.filter(need => nodes.some(({ name, state }) => name === need && !END_STATES.includes(state)));
}

/**
 * The nodes that wait for needs and will be skipped, whatever the others return: a map by name to `{because, needs}`, where
 * `because` is `failed` for needs that did not succeed, and `skipped` for those that will not run either.
 */
export function certainSkips(nodes) {
  const named = new Map(nodes.map(node => [node.name, node]));
  const found = new Map();
  for (const { name } of nodes) {
    decide(name);
  }
  return new Map([...found].filter(([, skip]) => skip !== null));

  function decide(name) {
    if (!found.has(name)) {
      // A circle, which the scheduler refuses, decides nothing.
      found.set(name, null);
      found.set(name, skipOf(named.get(name)));
    }
    return found.get(name);
  }

  function skipOf(node) {
    if (node === undefined || node.state !== 'WAITING' || node.instance) {
      return null;
    }
    const needs = node.when === 'succeeded' ? node.needs : [];
    const failed = needs.filter(need => hasFailed(named.get(need) ?? {}) && !named.get(need).continueOnFailure);
    const other = node.if ? [node.if.node] : [];
    if (failed.length === 0) {
      failed.push(...other.filter(name => hasFailed(named.get(name) ?? {})));
    }
    if (failed.length > 0) {
      return { because: 'failed', needs: failed };
    }
    const off = needs.length > 0 && needs.every(willNotRun) ? needs : other.filter(willNotRun);
    return off.length > 0 ? { because: 'skipped', needs: off } : null;
  }

  function willNotRun(name) {
    return named.get(name)?.state === 'SKIPPED' || decide(name) !== null;
  }
}

/** Returns how long the node has run; null before its start. */
export function ranMillis({ runMillis, startedAt, endedAt }, now) {
  if (runMillis !== null && runMillis !== undefined) {
    return runMillis;
  }
  return startedAt ? Math.max(0, (endedAt ? Date.parse(endedAt) : now) - Date.parse(startedAt)) : null;
}
