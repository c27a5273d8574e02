// Webhooks of an app: list, form, test, secret and deliveries.

import { html, nothing } from '../lit.js';
import { api, callOf } from '../api.js';
import { number, t } from '../i18n.js';
import { EVENTS, FORMATS, LANGUAGES, WITH_KEY, documentOf, fieldsOf, stateOf } from '../webhook-form.js';
import { labelsOf } from '../job-label.js';
import { attempt, confirm, openDialog, toast } from './dialog.js';
import { table } from './table.js';
import { badge, button, commandLine, empty, field, pills, problemBox, section, skeleton, time } from './ui.js';
import { showSecret } from './secret.js';
import { visible } from '../ansi.js';

const FOLLOW_MILLIS = 1000;

/** @param webhooks the poll of the list */
export function webhooksSection(app, webhooks) {
  const refresh = () => webhooks.refresh();
  return section({
    title: t('app.webhooks'),
    actions: button({ label: t('app.newWebhook'), icon: 'plus', needs: 'operator', onClick: () => edit(app, null, refresh) }),
    content: html`${problemBox(webhooks.problem)}
    ${webhooks.problem
      ? nothing
      : table({
          label: t('app.webhooks'),
          kind: 'stacked',
          columns: [
            { key: 'name', title: t('app.webhook'), kind: 'cut-cell', cell: webhook => html`<span class="strong" title=${webhook.name}>${webhook.name}</span>` },
            { key: 'state', title: t('jobs.state'), kind: 'nowrap', cell: webhookState },
            { key: 'format', title: t('app.field.format'), kind: 'nowrap huge-only', cell: webhook => FORMATS[webhook.format ?? 'json'] ?? webhook.format },
            { key: 'url', title: t('app.url'), kind: 'grow', cell: webhookUrl },
            { key: 'events', title: t('app.events'), kind: 'pills-cell narrow-hide', cell: webhook => pills((webhook.events ?? EVENTS).map(event => t(`event.${event}`)), 1) },
            { key: 'jobs', title: t('nav.jobs'), end: true, kind: 'wide-only', cell: concernedJobs },
            {
              key: 'do',
              label: t('jobs.actions'),
              kind: 'actions always',
              cell: webhook => html`${button({ label: t('app.test'), says: t('app.testOf', { name: webhook.name }), needs: 'operator', kind: 'quiet', onClick: () => test(app, webhook.name) })}
                ${button({ label: t('app.deliveries'), says: t('app.deliveriesOf', { name: webhook.name }), kind: 'quiet', onClick: () => showDeliveries(app, webhook.name) })}
                ${button({ label: t('app.editWebhook', { name: webhook.name }), icon: 'edit', needs: 'operator', kind: 'quiet', hidden: true, onClick: () => edit(app, webhook.name, refresh) })}
                ${button({ label: t('app.rotate', { name: webhook.name }), icon: 'retry', needs: 'operator', kind: 'quiet', hidden: true, onClick: () => rotate(app, webhook.name) })}
                ${button({ label: t('app.deleteWebhook', { name: webhook.name }), icon: 'trash', needs: 'operator', kind: 'quiet', hidden: true, onClick: () => remove(app, webhook.name, refresh) })}`,
            },
          ],
          rows: webhooks.data?.items,
          key: webhook => webhook.name,
          skeletonRows: 2,
          empty: empty({ title: t('app.noWebhooks'), text: t('app.noWebhooksText'), command: `orrery webhook put NAME -f webhook.yaml --app ${app}` }),
        })}`,
  });
}

function concernedJobs({ jobs, labels }) {
  return html`${jobs || !labels ? (jobs ? number(jobs.length) : t('app.allJobs')) : nothing} ${labels ? pills(labelsOf(labels)) : nothing}`;
}

/** The state of a webhook as both lists show it. */
export function webhookState(webhook) {
  const { state, reason } = stateOf(webhook);
  return state === 'ENABLED' ? html`<span class="muted">${t('jobs.enabled')}</span>` : badge(state, reason);
}

/** The address of a webhook, and why its messages do not arrive there: the widest column. */
export function webhookUrl(webhook) {
  const { reason } = stateOf(webhook);
  return html`<span class="mono" title=${webhook.url}>${webhook.url}</span>
    ${reason ? html`<span class="small muted" title=${visible(reason)}>${visible(reason)}</span>` : nothing}`;
}

async function test(app, name) {
  const sent = await attempt(() => api.testWebhook({ app, webhook: name }), { done: t('app.testSent', { name }) });
  if (sent) {
    showDeliveries(app, name);
  }
}

async function rotate(app, name) {
  const answer = await confirm({
    title: t('app.rotateTitle', { name }),
    text: t('app.rotateText'),
    action: t('app.rotateAction'),
    act: () => api.rotateWebhookSecret({ app, webhook: name }),
  });
  if (answer?.secret) {
    showSecret({ title: t('app.secretTitle', { name }), text: t('app.secretText'), secret: answer.secret });
  }
}

/** Opens the question; a change that another user made in between is refused by its ETag. */
async function remove(app, name, refresh) {
  const stored = await attempt(() => api.getWebhook({ app, webhook: name }, { full: true }), {});
  if (stored === undefined) {
    return;
  }
  const removed = await confirm({
    title: t('app.deleteTitle', { name }),
    text: t('app.deleteText'),
    action: t('app.deleteAction'),
    danger: true,
    act: () => api.deleteWebhook({ app, webhook: name, ifMatch: stored.etag }),
  });
  if (removed) {
    toast(t('app.deleted', { name }));
    refresh();
  }
}

/** Opens the form; a change that somebody else made in between is refused by its ETag. */
async function edit(app, name, refresh) {
  const stored = name === null ? null : await attempt(() => api.getWebhook({ app, webhook: name }, { full: true }), {});
  if (stored === undefined) {
    return;
  }
  const fields = fieldsOf(stored?.body);
  const saved = await confirm({
    title: name === null ? t('app.newWebhook') : t('app.editWebhook', { name }),
    form: ({ update }) => form(fields, name === null, update),
    action: name === null ? t('app.createWebhook') : t('app.saveWebhook'),
    act: () =>
      api.putWebhook({
        app,
        webhook: fields.name.trim() || 'webhook',
        body: documentOf(fields),
        ...(stored === null ? { ifNoneMatch: '*' } : { ifMatch: stored.etag }),
      }),
  });
  if (saved) {
    refresh();
    if (saved.secret) {
      showSecret({ title: t('app.secretTitle', { name: fields.name }), text: t('app.secretText'), secret: saved.secret });
    } else {
      toast(t('app.saved', { name: fields.name }));
    }
  }
}

function form(fields, isNew, update) {
  const text = (key, more = {}) => field({
    id: `webhook-${key}`,
    label: t(`app.field.${key}`),
    hint: more.hint,
    control: html`<input id="webhook-${key}" type="text" class=${more.mono ? 'mono' : ''} .value=${fields[key]} ?disabled=${more.disabled} ?autofocus=${more.first}
      autocomplete="off" spellcheck="false" aria-describedby=${more.hint ? `webhook-${key}-hint` : nothing} @input=${event => (fields[key] = event.target.value)} />`,
  });
  const choice = (key, choices) => field({
    id: `webhook-${key}`,
    label: t(`app.field.${key}`),
    control: html`<select id="webhook-${key}" .value=${fields[key]} @change=${event => {
      fields[key] = event.target.value;
      update();
    }}>
      ${Object.entries(choices).map(([value, label]) => html`<option value=${value} ?selected=${fields[key] === value}>${label}</option>`)}
    </select>`,
  });
  return html`${text('name', { disabled: !isNew, first: isNew })} ${choice('format', FORMATS)} ${text('url', { mono: true, first: !isNew, hint: t(fields.format === 'mail' ? 'app.field.urlHint.mail' : 'app.field.urlHint') })}
    ${WITH_KEY.includes(fields.format) ? text('secret', { mono: true, hint: t(`app.field.secretHint.${fields.format}`) }) : nothing}
    ${fields.format === 'json' ? nothing : choice('language', LANGUAGES)}
    <fieldset class="field">
      <legend>${t('app.events')}</legend>
      ${EVENTS.map(
        event => html`<label class="check"
          ><input type="checkbox" .checked=${fields.events.includes(event)} @change=${change => {
            fields.events = change.target.checked ? [...fields.events, event] : fields.events.filter(other => other !== event);
            update();
          }} />${t(`event.${event}`)} <span class="muted small">${t(`event.${event}.text`)}</span></label
        >`,
      )}
    </fieldset>
    ${field({
      id: 'webhook-jobs',
      label: t('nav.jobs'),
      hint: t('app.field.jobsHint'),
      control: html`<textarea id="webhook-jobs" class="mono" rows="2" spellcheck="false" aria-describedby="webhook-jobs-hint" .value=${fields.jobs}
        @input=${event => (fields.jobs = event.target.value)}></textarea>`,
    })}
    ${field({
      id: 'webhook-labels',
      label: t('job.labels'),
      hint: t('app.field.labelsHint'),
      control: html`<textarea id="webhook-labels" class="mono" rows="2" spellcheck="false" aria-describedby="webhook-labels-hint" .value=${fields.labels}
        @input=${event => (fields.labels = event.target.value)}></textarea>`,
    })}
    <div class="field-row">${text('threshold')} ${text('window')} ${text('lateAfter')} ${text('remindAfter', { hint: t('app.field.remindAfterHint') })}</div>
    <label class="check"><input type="checkbox" .checked=${fields.enabled} @change=${event => (fields.enabled = event.target.checked)} />${t('jobs.enabled')}</label>`;
}

/** The last deliveries, read again each second while the dialog is open. */
function showDeliveries(app, name) {
  let page = null;
  let problem = null;
  let timer = null;
  let closed = false;
  let rendered = () => {};
  const load = async () => {
    try {
      page = await api.listWebhookDeliveries({ app, webhook: name, limit: 20 });
      problem = null;
    } catch (refused) {
      problem = refused;
    }
    if (!closed) {
      rendered();
      timer = setTimeout(load, document.hidden ? 10 * FOLLOW_MILLIS : FOLLOW_MILLIS);
    }
  };
  openDialog({
    title: t('app.deliveriesOf', { name }),
    kind: 'wide',
    content: ({ update }) => {
      rendered = update;
      return html`${problemBox(problem)} ${page === null ? (problem ? nothing : skeleton(4)) : deliveries(page.items)}
        <div class="buttons">
          ${commandLine(`orrery webhook deliveries ${name} --app ${app}`)} ${commandLine(callOf('listWebhookDeliveries', { app, webhook: name }))}
        </div>`;
    },
  }).then(() => {
    closed = true;
    clearTimeout(timer);
  });
  load();
}

function deliveries(items) {
  return table({
    label: t('app.deliveries'),
    columns: [
      { key: 'event', title: t('app.event'), kind: 'nowrap', cell: one => t(`event.${one.event}`) },
      { key: 'job', title: t('jobs.name'), kind: 'cut-cell', cell: one => html`<span title=${one.body?.job ?? nothing}>${one.body?.job ?? '–'}</span>` },
      { key: 'state', title: t('jobs.state'), kind: 'nowrap', cell: one => badge(one.state) },
      { key: 'status', title: 'HTTP', end: true, cell: one => String(one.status ?? '–') },
      { key: 'tries', title: t('app.tries'), end: true, cell: one => number(one.attempts) },
      { key: 'error', title: t('overview.lastError'), kind: 'grow', cell: one => html`<span title=${visible(one.error ?? '')}>${visible(one.error ?? '')}</span>` },
      { key: 'at', title: t('app.queued'), end: true, kind: 'nowrap', cell: one => time(one.createdAt) },
    ],
    rows: items,
    empty: html`<p class="muted">${t('app.noDeliveries')}</p>`,
  });
}
