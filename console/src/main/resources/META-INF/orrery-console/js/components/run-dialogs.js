// Dialogs that run, retry and cancel: one instance, chosen ones, or all that a filter matches.

import { html, nothing } from '../lit.js';
import { api, newKey } from '../api.js';
import { t } from '../i18n.js';
import { to } from '../router.js';
import { browserZone } from '../time.js';
import { instantOfWall } from '../zone-times.js';
import { confirm, toast } from './dialog.js';
import { ParameterRows, parameterFields } from './parameters.js';

const AT_ONCE = 6;

/**
 * Runs a job with parameters of one's own, now or later.
 *
 * @param parameters the values to start with: the job's, or those of an earlier run
 * @returns the id of the instance, or undefined after a dismissal
 */
export async function openRun({ app, job, parameters = {}, title, text }) {
  const rows = new ParameterRows(parameters, { fixed: true });
  const key = newKey();
  let later = '';
  const id = await confirm({
    title: title ?? t('run.dialog.title', { job }),
    text: text ?? nothing,
    action: t('run.dialog.action'),
    form: ({ update }) => html`${parameterFields({ rows, id: 'run-parameter', onChange: update })}
      <label class="field"
        ><span>${t('run.dialog.later', { zone: browserZone() })}</span
        ><input type="datetime-local" step="1" .value=${later}
          @input=${event => {
            later = event.target.value;
          }}
      /></label>`,
    act: async () => {
      const { map, refused, name } = rows.read();
      if (refused) {
        throw new Error(t(`parameters.refused.${refused}`, { name }));
      }
      const body = {};
      // Values of the job are left to the job, so that the run follows its version.
      const own = Object.fromEntries(
        Object.entries(map).filter(([name, value]) => parameters[name] !== value || title !== undefined),
      );
      if (Object.keys(own).length > 0) {
        body.parameters = own;
      }
      if (later !== '') {
        body.runAt = new Date(instantOfWall(later, browserZone())).toISOString();
      }
      return (await api.runJob({ app, job, body, idempotencyKey: key })).id;
    },
  });
  if (id !== undefined) {
    toast(t('run.dialog.done', { job }), { link: { href: to.run(app, id), label: id } });
  }
  return id;
}

/** @param mode `failed` runs the nodes of a flow that did not succeed, and those after them; undefined runs all again */
export async function openRetry({ app, instance, mode }) {
  const { job, id } = instance;
  const key = newKey();
  const made = await confirm({
    title: t(mode ? 'retry.failed.title' : 'retry.dialog.title'),
    text: html`<p>${t(mode ? 'retry.failed.text' : 'retry.dialog.text', { job, id })}</p>
      ${instance.node ? html`<p>${t('retry.outside', { node: instance.node })}</p>` : nothing}`,
    action: t(mode ? 'retry.failed.action' : 'retry.action'),
    act: async () => (await api.retryInstance({ id, body: mode && { mode }, idempotencyKey: key })).id,
  });
  if (made !== undefined) {
    toast(t('retry.dialog.done'), { link: { href: to.run(app, made), label: made } });
  }
  return made;
}

export async function openCancel({ instance }) {
  const done = await confirm({
    title: t('cancel.dialog.title'),
    text: t(cancelText(instance), { job: instance.job, id: instance.id }),
    action: t('cancel.action'),
    cancel: t('action.back'),
    danger: true,
    act: async () => {
      // It may begin to end while the dialog is open.
      await api.cancelInstance({ id: instance.id, once: !instance.nodes?.ending });
      return true;
    },
  });
  if (done) {
    toast(t('cancel.dialog.done'));
  }
  return done;
}

function cancelText({ parts, nodes, state }) {
  if (parts || nodes) {
    return parts ? 'cancel.dialog.parts' : nodes.ending ? 'cancel.dialog.ending' : 'cancel.dialog.nodes';
  }
  return state === 'RUNNING' ? 'cancel.dialog.running' : 'cancel.dialog.waiting';
}

/** Cancels or retries chosen instances, some at once, and says how many were refused. */
export async function openChosen({ kind, instances }) {
  const keys = new Map(instances.map(({ id }) => [id, newKey()]));
  const result = await confirm({
    title: t(`many.title.${kind}`, { n: instances.length }),
    text: html`<p>${t(`many.text.${kind}`, { n: instances.length })}</p>
      <ul class="name-list">
        ${instances.slice(0, 8).map(({ job, id }) => html`<li>${job} <span class="mono muted">${id}</span></li>`)}
        ${instances.length > 8 ? html`<li class="muted">${t('many.andMore', { n: instances.length - 8 })}</li>` : nothing}
      </ul>`,
    action: t(`many.action.${kind}`, { n: instances.length }),
    cancel: t('action.back'),
    danger: kind === 'cancel',
    act: () =>
      forEach(instances, instance =>
        kind === 'cancel' ? api.cancelInstance({ id: instance.id, once: true }) : api.retryInstance({ id: instance.id, idempotencyKey: keys.get(instance.id) }),
      ),
  });
  if (result) {
    toast(t(`many.done.${kind}`, { n: result.done }), { problem: result.problem });
  }
  return result;
}

/** Calls for each item, some at once. A refusal of one does not stop the others; all refused is an error. */
async function forEach(items, call) {
  const rest = [...items];
  let done = 0;
  let problem = null;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let item = rest.shift(); item !== undefined; item = rest.shift()) {
        try {
          await call(item);
          done += 1;
        } catch (refused) {
          problem = refused;
        }
      }
    }),
  );
  if (done === 0 && problem !== null) {
    throw problem;
  }
  return { done, problem };
}

/**
 * Cancels or retries all that a filter matches: first counts them, then asks with the count.
 *
 * @param body the filter as the API has it
 * @param words the filter in words
 */
export async function openFiltered({ kind, app, body, words }) {
  const call = kind === 'cancel' ? api.cancelInstances : api.retryInstances;
  let count;
  let nodes = 0;
  try {
    count = await call({ app, body, dryRun: true });
    if (kind === 'retry' && body.origin === undefined) {
      nodes = (await call({ app, body: { ...body, origin: 'FLOW' }, dryRun: true })).matched;
    }
  } catch (problem) {
    toast(problem.notAvailable ? t('problem.notAvailable') : t('problem.refused'), { problem });
    return undefined;
  }
  if (count.matched === 0) {
    toast(nodes > 0 ? t('many.nodes', { n: nodes }) : t(`many.nothing.${kind}`), { note: true });
    return undefined;
  }
  const n = count.matched;
  const key = kind === 'cancel' ? undefined : newKey();
  const result = await confirm({
    title: t(`many.title.${kind}`, { n }),
    text: html`<p>${t(`many.filter.${kind}`, { n })}</p>
      <p class="muted">${words}</p>
      ${count.more ? html`<p>${t('many.more')}</p>` : nothing} ${nodes > 0 ? html`<p>${t('many.nodes', { n: nodes })}</p>` : nothing}`,
    action: t(`many.action.${kind}`, { n }),
    cancel: t('action.back'),
    danger: kind === 'cancel',
    act: () => call({ app, body, idempotencyKey: key }),
  });
  if (result) {
    toast(`${t(`many.done.${kind}`, { n: result.changed })} ${result.more ? t('many.again') : ''}`);
  }
  return result;
}
