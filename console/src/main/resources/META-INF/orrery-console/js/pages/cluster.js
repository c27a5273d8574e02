// The installation: replicas, the port plan, and the main protocol with the move to another one.

import { html, nothing } from '../lit.js';
import { api, callOf, readAll } from '../api.js';
import { counted, number, t } from '../i18n.js';
import { moveSteps, portState, targets } from '../protocol-move.js';
import { may } from '../session.js';
import { formatDuration, millisOfDuration } from '../time.js';
import { confirm } from '../components/dialog.js';
import { icon } from '../components/icons.js';
import { replicaBanners } from '../components/overview-parts.js';
import { storageCard } from '../components/storage-card.js';
import { table } from '../components/table.js';
import { badge, button, notAvailable, pageHead, problemBox, sameBy, section, segments, skeleton, time } from '../components/ui.js';

/** A clock that is this far off is worth a look; fire times then differ between replicas. */
const CLOCK_OFF_MILLIS = 1000;

export function page(ctx) {
  const protocol = ctx.poll(signal => api.getProtocol({}, { signal }), { every: 5000 });
  const cluster = may('admin') ? ctx.poll(signal => api.getCluster({}, { signal }), { every: 5000 }) : null;
  const workers = may('admin') ? ctx.poll(signal => readAll(api.listWorkers, {}, { atMost: 2000, signal }), { every: 10_000 }) : null;
  const storage = may('admin') ? ctx.poll(signal => api.getStorage({}, { signal }), { every: 30_000 }) : null;

  async function record(target) {
    const recorded = await confirm({
      title: t('cluster.recordTitle', { protocol: target }),
      text: t('cluster.recordText', { protocol: target }),
      action: t('cluster.record', { protocol: target }),
      act: () => api.recordMainProtocol({ body: { protocol: target } }),
    });
    if (recorded) {
      protocol.refresh();
      cluster?.refresh();
    }
  }

  return {
    title: () => ({ state: cluster?.data?.items.some(replica => !replica.ready) ? 'NOT_READY' : undefined, name: t('nav.cluster') }),
    view: () => html`<div class="page">
      ${pageHead({ title: t('nav.cluster'), facts: protocol.data ? versionFacts(protocol.data) : nothing })}
      ${problemBox(protocol.problem, { retry: () => protocol.refresh() })} ${replicaBanners(cluster?.data, nothing)}
      ${section({ title: t('cluster.replicas'), content: replicas(cluster) })}
      ${section({ title: t('cluster.ports'), content: ports(protocol.data?.ports) })}
      ${section({ title: t('cluster.main'), content: main() })}
      ${section({ title: t('storage.title'), content: storageCard(storage) })}
      ${sameBy({ api: [callOf('getCluster'), callOf('getProtocol'), callOf('recordMainProtocol'), callOf('getStorage')], cli: ['orrery status', 'orrery doctor'] })}
    </div>`,
  };

  function main() {
    if (!protocol.data) {
      return skeleton(4);
    }
    const { recordedMain, main: own } = protocol.data;
    const choices = targets(protocol.data);
    const target = choices.includes(ctx.query.get('to')) ? ctx.query.get('to') : null;
    return html`<dl class="facts">
        <dt>${t('cluster.recordedMain')}</dt>
        <dd><b>${recordedMain}</b></dd>
        <dt>${t('cluster.ownMain')}</dt>
        <dd>${own}</dd>
        <dt>${t('cluster.active')}</dt>
        <dd>${protocol.data.active.join(', ')}</dd>
      </dl>
      <div class="buttons">
        <span class="muted">${t('cluster.moveTo')}</span>
        ${segments({
          label: t('cluster.moveTo'),
          name: 'move-to',
          items: [{ key: '', label: t('cluster.noMove') }, ...choices.map(key => ({ key, label: key }))],
          selected: target ?? '',
          onSelect: key => ctx.setQuery({ to: key }),
        })}
      </div>
      ${target === null ? nothing : move(target)}`;
  }

  function move(target) {
    if (cluster === null) {
      return html`<p class="muted">${t('role.needs', { role: t('role.admin') })}</p>`;
    }
    if (!cluster.data || !workers.data) {
      const problem = cluster.problem ?? workers.problem;
      return problem ? problemBox(problem) : skeleton(5);
    }
    const { recordedMain } = protocol.data;
    const from = targets(protocol.data).find(name => name !== target);
    const steps = moveSteps({ from, target, recordedMain, replicas: cluster.data.items, workers: workers.data, ports: protocol.data.ports });
    const blocked = recordedMain === target ? t('cluster.isMain') : steps[0].done ? undefined : t('cluster.recordFirst', { protocol: target });
    return html`<ol class="steps">
      ${steps.map(
        (step, index) => html`<li class=${step.done ? 'state-SUCCEEDED' : 'state-WAITING'}>
          ${icon(step.done ? 'succeeded' : 'waiting')}
          <div>
            <p><span class="visually-hidden">${step.done ? t('cluster.stepDone') : t('cluster.stepOpen')}</span>${index + 1}. ${t(`cluster.step.${step.key}`, { from, target, port: String(step.port ?? '') })}</p>
            ${step.all === undefined ? nothing : html`<p class="small muted" title=${step.names.join(', ') || nothing}>${t('cluster.stepCount', { have: step.have, all: counted(step.all, step.more) })}${step.names.length > 0 ? `: ${step.names.slice(0, 5).join(', ')}${step.names.length > 5 ? ' …' : ''}` : ''}</p>`}
            ${step.reason ? html`<p class="small muted">${step.reason}</p>` : nothing}
            ${step.key === 'record' ? button({ label: t('cluster.record', { protocol: target }), needs: 'admin', off: blocked, onClick: () => record(target) }) : nothing}
          </div>
        </li>`,
      )}
    </ol>`;
  }
}

function versionFacts({ softwareVersion, minVersion, maxVersion }) {
  const range = minVersion === maxVersion ? String(minVersion) : `${minVersion}–${maxVersion}`;
  return html`<span>${t('cluster.software', { version: softwareVersion })}</span><span>${t('cluster.apiVersions', { range })}</span>`;
}

function replicas(cluster) {
  if (cluster === null) {
    return html`<p class="muted">${t('cluster.needsAdmin')}</p>`;
  }
  if (cluster.notAvailable) {
    return notAvailable();
  }
  if (cluster.problem) {
    return problemBox(cluster.problem);
  }
  return html`${table({
    label: t('cluster.replicas'),
    kind: 'stacked',
    columns: [
      {
        key: 'replica',
        title: t('cluster.replica'),
        kind: 'nowrap',
        cell: replica => html`<span class="strong">${replica.address ?? t('cluster.single')}</span> ${replica.self ? html`<span class="pill">${t('cluster.answers')}</span>` : nothing}`,
      },
      { key: 'state', title: t('jobs.state'), kind: 'wrap-cell', cell: replicaState },
      { key: 'version', title: t('workers.version'), kind: 'nowrap mono', cell: replica => replica.softwareVersion },
      { key: 'schema', title: t('cluster.schema'), end: true, cell: replica => replica.schemaVersion },
      { key: 'protocols', title: t('cluster.protocols'), kind: 'nowrap', cell: replica => replica.protocols.map(name => html`<span class="pill">${name}${name === replica.main ? ` · ${t('cluster.mainShort')}` : ''}</span> `) },
      { key: 'clock', title: t('cluster.clock'), end: true, kind: 'nowrap', cell: clock },
      { key: 'port', title: t('cluster.clusterPort'), kind: 'nowrap wide-only', cell: replica => (replica.clusterPort ? t(`cluster.port.${replica.clusterPort}`) : html`<span class="none">–</span>`) },
      { key: 'started', title: t('cluster.started'), end: true, kind: 'nowrap wide-only', cell: replica => time(replica.startedAt) },
      { key: 'seen', title: t('cluster.seen'), end: true, kind: 'nowrap', cell: replica => time(replica.lastSeenAt) },
    ],
    rows: cluster.data?.items,
    skeletonRows: 2,
  })}
  ${cluster.data && !cluster.data.clusterMode ? html`<p class="small muted">${t('cluster.noClusterMode')}</p>` : nothing}`;
}

function replicaState(replica) {
  return replica.ready
    ? badge('READY')
    : html`${badge('NOT_READY')} ${replica.live ? nothing : html`<span class="muted">${t('cluster.notSeen')}</span>`}
        ${replica.unready.map(code => html`<code>${code}</code> `)}`;
}

function clock(replica) {
  if (replica.clockOffset === null) {
    return html`<span class="none">–</span>`;
  }
  const off = Math.abs(millisOfDuration(replica.clockOffset) ?? 0) >= CLOCK_OFF_MILLIS;
  const text = formatDuration(replica.clockOffset);
  return off ? html`<span class="badge state-TIMED_OUT" title=${t('cluster.clockOff')}>${icon('warning')}${text}</span>` : text;
}

const PORT_BADGES = { open: ['READY', 'check'], planned: ['OTHER', 'info'], closed: ['DISABLED', 'off'] };

function portBadge(port) {
  const state = portState(port);
  const [kind, sign] = PORT_BADGES[state];
  return html`<span class="badge state-${kind}">${icon(sign)}${t(`cluster.port.is.${state}`)}</span>`;
}

function ports(plan) {
  return table({
    label: t('cluster.ports'),
    kind: 'stacked',
    columns: [
      { key: 'number', title: t('cluster.portNumber'), end: true, cell: port => html`<span class="mono">${port.number === 0 ? t('cluster.anyPort') : String(port.number)}</span>` },
      { key: 'name', title: t('cluster.portName'), kind: 'nowrap', cell: port => html`<span class="strong">${port.name}</span>` },
      { key: 'side', title: t('cluster.side'), kind: 'nowrap narrow-hide', cell: port => t(`cluster.side.${port.side}`) },
      { key: 'carries', title: t('cluster.carries'), kind: 'wrap-cell wide-only', cell: port => port.carries },
      { key: 'dialedBy', title: t('cluster.dialedBy'), kind: 'wrap-cell huge-only', cell: port => port.dialedBy },
      { key: 'open', title: t('cluster.open'), kind: 'nowrap', cell: portBadge },
      { key: 'sessions', title: t('cluster.sessions'), end: true, kind: 'narrow-hide', cell: port => number(port.sessions) },
      { key: 'close', title: t('cluster.mayBeClosed'), kind: 'wrap-cell main-cell', cell: port => html`<b>${t(port.mayBeClosed ? 'cluster.yes' : 'cluster.no')}</b> <span class="muted">${port.reason}</span>` },
    ],
    rows: plan,
    key: port => port.name,
    skeletonRows: 7,
  });
}
