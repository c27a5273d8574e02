// The tab Notifications of a job: the webhooks of its app that send messages about it.

import { html } from '../lit.js';
import { api, readAll } from '../api.js';
import { t } from '../i18n.js';
import { hasLabels } from '../job-label.js';
import { to } from '../router.js';
import { formatDuration } from '../time.js';
import { EVENTS } from '../webhook-form.js';
import { table } from './table.js';
import { webhookState, webhookUrl } from './webhooks.js';
import { empty, linkButton, pills, problemBox, section } from './ui.js';

export function jobNotifications({ ctx, app, job, stored }) {
  const poll = ctx.poll(signal => readAll(api.listWebhooks, { app }, { signal }), { every: 30_000 });

  function view() {
    if (poll.problem) {
      return problemBox(poll.problem, { retry: () => poll.refresh() });
    }
    return section({
      title: t('notifications.title'),
      actions: linkButton({ label: t('notifications.edit'), icon: 'edit', href: to.settings(app) }),
      content: table({
        label: t('notifications.title'),
        rows: poll.data?.items.filter(webhook => (!webhook.jobs || webhook.jobs.includes(job)) && hasLabels(stored(), webhook.labels)),
        key: webhook => webhook.name,
        skeletonRows: 2,
        empty: empty({ title: t('notifications.none'), text: t('notifications.noneText') }),
        columns: [
          { key: 'name', title: t('notifications.name'), kind: 'cut-cell', cell: webhook => html`<span title=${webhook.name}>${webhook.name}</span>` },
          {
            key: 'state',
            title: t('runs.state'),
            kind: 'nowrap',
            cell: webhookState,
          },
          {
            key: 'events',
            title: t('notifications.events'),
            kind: 'pills-cell narrow-hide',
            cell: webhook => pills((webhook.events ?? EVENTS).map(event => t(`event.${event}`)), 1),
          },
          {
            key: 'when',
            title: t('notifications.when'),
            kind: 'nowrap narrow-hide',
            cell: webhook =>
              t('notifications.threshold', {
                n: webhook.threshold ?? 1,
                window: formatDuration(webhook.window ?? 'PT10M'),
              }),
          },
          {
            key: 'jobs',
            title: t('notifications.jobs'),
            kind: 'nowrap narrow-hide',
            cell: webhook =>
              webhook.jobs ? t('notifications.named', { n: webhook.jobs.length }) : t('notifications.all'),
          },
          {
            key: 'url',
            title: t('notifications.url'),
            kind: 'grow',
            cell: webhookUrl,
          },
        ],
      }),
    });
  }

  return { view, calls: { api: ['listWebhooks', { app }] } };
}
