// One run: its state and why, its time line, attempts, log, parameters and result.

import { html, nothing } from '../lit.js';
import { api, callOf, readAll } from '../api.js';
import { serverNow } from '../clock.js';
import { number, parts, t } from '../i18n.js';
import { to } from '../router.js';
import { exact, formatDistance, formatMillis, millisOfDuration, timeMode } from '../time.js';
import { visible } from '../ansi.js';
import { jobAbout } from '../components/job-about.js';
import { LogView } from '../components/log-view.js';
import { NodeList } from '../components/node-list.js';
import { PartList } from '../components/part-list.js';
import { openCancel, openRetry, openRun } from '../components/run-dialogs.js';
import { countsWord, endWord, origin } from '../components/runs-table.js';
import { hasFailed } from '../flow-nodes.js';
import { waitingCommand, waitingText } from '../waiting-words.js';
import { timelineView } from '../components/timeline-view.js';
import { firstParameters } from '../first-parts.js';
import { timeline } from '../run-timeline.js';
import { meter } from '../charts.js';
import { table } from '../components/table.js';
import {
  badge,
  button,
  commandLine,
  millis,
  pageHead,
  pills,
  problemBox,
  sameBy,
  section,
  skeleton,
  stateWord,
  time,
} from '../components/ui.js';

const ACTIVE = ['WAITING', 'RUNNING'];
const MOST_ATTEMPTS = 2000;
/** Of more attempts the last ones are shown, so that the log is not far below. */
const SHOWN_ATTEMPTS = 10;

export function page(ctx) {
  const { id } = ctx.params;
  let log = null;
  /** The parts or the nodes of the run; null for a run without them. */
  let children = null;
  let parent = null;
  let job = null;
  // Attempts that have ended never change, so each poll reads only those behind them.
  let ended = [];
  let allAttempts = false;
  const parametersOpen = {
    all: false,
    toggle: () => {
      parametersOpen.all = !parametersOpen.all;
      ctx.update();
    },
  };
  const poll = ctx.poll(load, { every: 2000, onChange: changed });

  async function load(signal) {
    const [instance, later] = await Promise.all([
      api.getInstance({ id }, { signal }),
      readAll(api.listAttempts, { id, after: ended.at(-1)?.attempt }, { atMost: MOST_ATTEMPTS, signal }),
    ]);
    const attempts = [...ended, ...later.items];
    ended = attempts.filter(attempt => attempt.endedAt);
    return { instance, attempts, cut: later.next !== null };
  }

  function changed({ data }) {
    if (data === undefined) {
      return;
    }
    ctx.showApp(data.instance.app);
    if (data.instance.parts || data.instance.nodes) {
      showChildren(data.instance);
    } else {
      log ??= new LogView({ id, name: data.instance.job, ctx });
    }
    if (data.instance.parent) {
      parent ??= ctx.poll(signal => api.getInstance({ id: data.instance.parent }, { signal }), { every: 0 });
    }
    job ??= ctx.poll(signal => api.getJob({ app: data.instance.app, job: data.instance.job }, { signal }), {
      every: 0,
    });
    if (!ACTIVE.includes(data.instance.state)) {
      ctx.drop(poll);
    }
  }

  /** Only its parts or nodes have logs. */
  function showChildren(instance) {
    log?.close();
    log = null;
    children ??= instance.parts ? new PartList({ ctx, instance }) : new NodeList({ ctx, instance });
    children.take(instance);
  }

  async function cancel(instance) {
    if (await openCancel({ instance })) {
      poll.refresh();
    }
  }

  async function retry(instance, mode) {
    const made = await openRetry({ app: instance.app, instance, mode });
    if (made) {
      ctx.navigate(to.run(instance.app, made));
    }
  }

  /** The flow that the failed node belongs to, from its failed nodes. */
  async function retryFlow() {
    const flow = parent.data;
    const made = await openRetry({ app: flow.app, instance: flow, mode: 'failed' });
    if (made) {
      ctx.navigate(to.run(flow.app, made));
    }
  }

  async function runAgain(instance) {
    const made = await openRun({
      app: instance.app,
      job: instance.job,
      parameters: instance.parameters,
      title: t('run.again.title', { job: instance.job }),
      text: t('run.again.text'),
    });
    if (made) {
      ctx.navigate(to.run(instance.app, made));
    }
  }

  function showAttempts() {
    allAttempts = true;
    ctx.update();
  }

  function actions(instance) {
    const isActive = ACTIVE.includes(instance.state);
    return html`${
      isNode(instance) && hasFailed(instance)
        ? button({
            label: t('retry.flow.action'),
            icon: 'retry',
            kind: 'primary',
            needs: 'operator',
            off: parent?.data ? undefined : t('retry.flow.unknown'),
            onClick: retryFlow,
          })
        : nothing
    }
    ${button({
      label: t('retry.action'),
      icon: 'retry',
      needs: 'operator',
      off: isPart(instance) ? t('retry.part') : isActive ? t('retry.off') : undefined,
      onClick: () => retry(instance),
    })}
    ${
      instance.nodes
        ? button({
            label: t('retry.failed.action'),
            icon: 'retry',
            needs: 'operator',
            off: isActive ? t('retry.off') : instance.state === 'SUCCEEDED' && instance.nodes.failed === 0 ? t('retry.failed.none') : undefined,
            onClick: () => retry(instance, 'failed'),
          })
        : nothing
    }
    ${button({
      label: t('run.again.action'),
      icon: 'edit',
      needs: 'operator',
      off: isPart(instance) ? t('retry.part') : undefined,
      onClick: () => runAgain(instance),
    })}
    ${button({
      label: t('cancel.action'),
      icon: 'canceled',
      kind: 'danger',
      needs: 'operator',
      off: isActive ? undefined : t('cancel.off'),
      onClick: () => cancel(instance),
    })}`;
  }

  /** The jitter is that of the version that runs; another version may have another one. */
  function ofJob(instance) {
    const { trigger, status } = job?.data ?? {};
    return {
      jitterMillis: status?.version === instance.jobVersion ? millisOfDuration(trigger?.jitter ?? 'PT0S') : null,
      pausedAt: status?.pause ? Date.parse(status.pause.at) : null,
    };
  }

  function logSection() {
    return section({ title: t('log.title'), content: log.element });
  }

  function view() {
    if (poll.data === undefined) {
      return html`<div class="page">${poll.problem ? problemBox(poll.problem, { retry: () => poll.refresh() }) : skeleton(8)}</div>`;
    }
    const { instance, attempts, cut } = poll.data;
    const now = serverNow();
    const line = timeline(instance, attempts, now, ofJob(instance));
    const shownAttempts = allAttempts ? attempts : attempts.slice(-SHOWN_ATTEMPTS);
    const earlier = attempts.length - shownAttempts.length;
    return html`<div class="page">
      ${pageHead({
        before: instance.parent ? crumbs(instance, parent?.data) : nothing,
        title: html`<a href=${to.job(instance.app, instance.job)}>${instance.job}</a>`,
        beside: html`<span class="run-id">${t('run.id')} ${commandLine(instance.id)}</span>`,
        facts: truth(instance, line),
        actions: actions(instance),
      })}
      ${jobAbout(job?.data, label => to.runs(instance.app, { label }))}
      ${problemBox(poll.problem)} ${goOn(instance)} ${instance.progress ? progress(instance) : nothing}
      ${instance.error && instance.state !== 'SUCCEEDED' && !isByNodes(instance) ? html`<pre class="run-error state-${instance.state}" tabindex="0">${visible(instance.error)}</pre>` : nothing}
      ${children ? children.view() : nothing} ${log && isLogFirst(instance) ? logSection() : nothing}
      <div class="grid">
        <div class="two-thirds">
          ${section({
            title: t('timeline.title'),
            content: timelineView({ line, instance, attempts, now }),
          })}
        </div>
        <div class="third">${section({ title: t('run.facts'), content: facts(instance, parametersOpen) })}</div>
      </div>
      ${children ? nothing : section({ title: t('run.attempts'), content: html`${earlier > 0 ? button({ label: t('run.attempts.earlier', { n: earlier }), kind: 'quiet', onClick: showAttempts }) : nothing}
          ${attemptsTable(shownAttempts, instance)}
          ${cut ? html`<p class="muted">${t('run.attempts.cut', { n: attempts.length })}</p>` : nothing}` })}
      ${log && !isLogFirst(instance) ? logSection() : nothing}
      ${sameBy({
        api: [
          callOf('getInstance', { id }),
          ...(instance.parts
            ? [callOf('listParts', { id })]
            : instance.nodes
              ? [callOf('listNodes', { id })]
              : [callOf('listAttempts', { id }), callOf('getInstanceLog', { id, follow: true })]),
        ],
        cli: instance.parts
          ? [`orrery tree ${id}`, `orrery parts ${id}`]
          : instance.nodes
            ? `orrery tree ${id}`
            : [`orrery get ${id}`, `orrery logs -f ${id}`],
      })}
    </div>`;
  }

  return {
    view,
    title: () => ({ state: poll.data?.instance.state, name: poll.data?.instance.job ?? id }),
    queryChanged: () => children?.queryChanged?.(),
    resumed: () => log?.resume(),
    close: () => log?.close(),
  };
}

/** Once an attempt has started, its output is what a reader comes for; it stays first when the run ends. */
function isLogFirst({ startedAt }) {
  return Boolean(startedAt);
}

/** @param parent the instance that this one is a part or a node of, once it is known */
function crumbs(instance, parent) {
  return html`<p class="crumbs">
    <a class="mono" href=${to.run(instance.app, instance.parent)}>${instance.parent}</a>
    <span aria-hidden="true">›</span> ${placeIn(instance, parent)}
  </p>`;
}

/** A failed flow, whose page names the failed nodes. */
function isByNodes({ nodes, endReason }) {
  return Boolean(nodes) && endReason === 'NODES_FAILED';
}

function isPart({ part }) {
  return part !== null && part !== undefined;
}

function isNode({ node }) {
  return node !== null && node !== undefined;
}

/** Names the part or node of the parent that this run is. */
function placeIn(instance, parent) {
  const { node, part } = instance;
  if (!isPart(instance)) {
    return node && parent ? t('nodes.of', { node, job: parent.job }) : `${t('nodes.node')} ${node ?? ''}`;
  }
  const n = number(part);
  return parent?.parts ? t('parts.numberOf', { n, total: number(parent.parts.total) }) : t('parts.number', { n });
}

/** State, why, and since when, in a line. */
function truth(instance, line) {
  return html`${badge(instance.state)}<span class="truth">${truthWords(instance, line)}</span>`;
}

function truthWords(instance, line) {
  if (instance.parts || instance.nodes) {
    return truthOfCounts(instance);
  }
  switch (instance.state) {
    case 'WAITING': {
      const early = instance.waitingFor === 'DUE_TIME' || instance.waitingFor === 'BACKOFF';
      return early
        ? lasting('until', instance.dueAt, { reason: waitingText(instance) }, true)
        : lasting('waiting', line.waitsSince ?? instance.dueAt, { reason: waitingText(instance) });
    }
    case 'RUNNING':
      return lasting('running', instance.startedAt, { worker: visible(instance.worker ?? '?'), n: instance.attempt });
    case 'SUCCEEDED':
      return parts('run.truth.succeeded', {
        duration: instance.runMillis === null ? t('run.unknownTime') : formatMillis(instance.runMillis),
        worker: visible(instance.worker ?? '?'),
        time: time(instance.endedAt),
      });
    case 'CANCELED':
    case 'SKIPPED':
      return parts(instance.state === 'SKIPPED' ? 'run.truth.skipped' : 'run.truth.ended', {
        reason: instance.endReason ? endWord(instance.endReason, instance.skippedCount) : stateWord(instance.state),
        time: time(instance.endedAt),
      });
    default:
      return parts('run.truth.failed', {
        n: instance.attempt,
        reason: instance.endReason ? endWord(instance.endReason) : visible(instance.worker ?? ''),
        time: time(instance.endedAt),
      });
  }
}

/** Says since when a state lasts, or until when; with relative times, for how long. */
function lasting(name, at, values, isUntil = false) {
  if (!at || timeMode() !== 'relative') {
    return parts(`run.truth.${name}`, { ...values, time: time(at) });
  }
  const length = isUntil ? formatDistance(serverNow(), at) : formatDistance(at, serverNow());
  return parts(`run.truth.${name}For`, { ...values, time: html`<span title=${exact(at)}>${length}</span>` });
}

function truthOfCounts(instance) {
  const { startedAt, endedAt, endReason } = instance;
  const words = countsWord(instance);
  if (!endedAt) {
    return lasting('partsRun', startedAt, { parts: words });
  }
  return endReason && !isByNodes(instance)
    ? parts('run.truth.ended', { reason: `${words} · ${endWord(endReason)}`, time: time(endedAt) })
    : parts('run.truth.partsEnded', {
        parts: words,
        duration: formatMillis(Date.parse(endedAt) - Date.parse(startedAt)),
        time: time(endedAt),
      });
}

/** Shows the command that unblocks a waiting run. A worker on another machine also needs a token. */
function goOn(instance) {
  const command = instance.state === 'WAITING' ? waitingCommand(instance) : null;
  if (command === null) {
    return nothing;
  }
  return instance.waitingFor === 'NO_WORKER'
    ? html`<p>${t('run.noWorker', { app: instance.app })} ${commandLine(command)}</p>
        <p>${t('run.workerElsewhere')} ${commandLine(`orrery token create --app ${instance.app} --role worker`)}</p>`
    : html`<p>${t('run.goOn')} ${commandLine(command)}</p>`;
}

/** The bar is that of a run: once it has ended, the last value would look like work that goes on. */
function progress({ progress: { percent, message, at }, state }) {
  return html`<div class="run-progress">
    ${state === 'RUNNING' ? meter(percent, 100, { label: t('run.progress', { n: percent }) }) : nothing}
    <p>${state === 'RUNNING' ? nothing : t('run.lastProgress')} <b class="numbers">${percent} %</b> ${message ? html`<span>${visible(message)}</span>` : nothing} <span class="muted">${time(at)}</span></p>
  </div>`;
}

function facts(instance, open) {
  const tags = instance.requiredTags ?? [];
  return html`<dl class="facts">
    <dt>${t('run.job')}</dt>
    <dd>
      <a href=${to.job(instance.app, instance.job)}>${instance.job}</a>,
      <a href=${to.job(instance.app, instance.job, { tab: 'versions', version: instance.jobVersion })}>${t('run.version', { version: String(instance.jobVersion) })}</a>
    </dd>
    <dt>${t('runs.origin')}</dt>
    <dd>
      ${isPart(instance) ? t('parts.origin') : t(`origin.${origin(instance)}`)}
      ${instance.parent ? html`(<a class="mono" href=${to.run(instance.app, instance.parent)}>${instance.parent}</a>)` : nothing}
      ${instance.retryOf ? html`(<a class="mono" href=${to.run(instance.app, instance.retryOf)}>${instance.retryOf}</a>)` : nothing}
      ${instance.backfill ? html`(<a href=${to.job(instance.app, instance.job, { tab: 'schedule' })}>${t('run.backfill', { id: String(instance.backfill) })}</a>)` : nothing}
    </dd>
    ${instance.fireTime ? html`<dt>${t('run.fireTime')}</dt><dd>${time(instance.fireTime, { focusable: true })}</dd>` : nothing}
    <dt>${t('run.dueAt')}</dt>
    <dd>${time(instance.dueAt, { focusable: true })}</dd>
    <dt>${t('run.processor')}</dt>
    <dd class="mono">${instance.processor}</dd>
    ${tags.length > 0 ? html`<dt>${t('run.tags')}</dt><dd>${pills(tags, tags.length)}</dd>` : nothing}
    <dt>${t('run.priority')}</dt>
    <dd>${instance.priority}</dd>
    <dt>${t('run.parameters')}</dt>
    <dd>${parameters(instance.parameters ?? {}, open)}</dd>
    ${
      instance.result !== null && instance.result !== undefined
        ? html`<dt>${t('run.result')}</dt><dd><pre class="run-result" tabindex="0">${visible(instance.result)}</pre></dd>`
        : nothing
    }
  </dl>`;
}

/** @param open `{all, toggle}`: whether all of them are shown, in a box that scrolls */
function parameters(map, open) {
  const { rows, isCut } = firstParameters(map);
  if (rows.length === 0) {
    return html`<span class="none">${t('parameters.none')}</span>`;
  }
  const shown = open.all ? Object.keys(map).map(name => ({ name, value: map[name] })) : rows;
  const list = html`<dl class="parameter-list mono">${shown.map(({ name, value }) => html`<dt>${visible(name)}</dt><dd>${visible(value)}</dd>`)}</dl>`;
  if (!isCut) {
    return list;
  }
  return html`${open.all ? html`<div class="all-parameters" role="region" aria-label=${t('run.parameters')} tabindex="0">${list}</div>` : list}
    ${button({
      label: open.all ? t('run.parameters.first') : t('run.parameters.all', { n: Object.keys(map).length }),
      kind: 'quiet',
      onClick: open.toggle,
    })}`;
}

function attemptsTable(attempts, instance) {
  return table({
    label: t('run.attempts'),
    rows: attempts,
    key: attempt => attempt.attempt,
    empty: html`<p class="muted">${t('run.noAttempts')}</p>`,
    columns: [
      { key: 'attempt', title: t('run.attempt'), end: true, cell: attempt => attempt.attempt },
      { key: 'state', title: t('runs.state'), cell: attempt => badge(attempt.state) },
      {
        key: 'worker',
        title: t('runs.worker'),
        kind: 'cut-cell',
        cell: attempt =>
          html`<a title=${visible(attempt.worker ?? '')} href=${to.workers(instance.app, { q: attempt.worker })}>${visible(attempt.worker ?? '')}</a>`,
      },
      {
        key: 'started',
        title: t('run.started'),
        kind: 'nowrap narrow-hide',
        cell: attempt => time(attempt.startedAt, { focusable: true }),
      },
      {
        key: 'ended',
        title: t('run.ended'),
        kind: 'nowrap narrow-hide',
        cell: attempt => time(attempt.endedAt, { focusable: true }),
      },
      { key: 'ran', title: t('runs.duration'), end: true, kind: 'nowrap narrow-hide', cell: attempt => millis(attempt.runMillis) },
      {
        key: 'why',
        title: t('runs.why'),
        kind: 'grow',
        cell: attempt => attemptWhy(attempt, instance),
      },
    ],
  });
}

function attemptWhy(attempt, instance) {
  const words = attempt.error ? visible(attempt.error) : endOfAttempt(attempt, instance);
  return html`<span class=${attempt.error ? 'mono' : ''} title=${words || nothing}>${words}</span>`;
}

/** The reason of the run's end is that of its canceled attempt, which has no error of its own. */
function endOfAttempt({ state }, { endReason }) {
  if (state === 'CANCELED') {
    return endReason ? endWord(endReason) : '';
  }
  return state === 'LOST' || state === 'HANDED_BACK' ? t(`run.attempt.${state}`) : '';
}
