// The tab Versions of a job: when each was written and by whom, its difference, and how to go back to it.

import { html, nothing } from '../lit.js';
import { api } from '../api.js';
import { t } from '../i18n.js';
import { to } from '../router.js';
import { documentOf, textOf } from '../job-document.js';
import { confirm, toast } from './dialog.js';
import { diffView } from './diff-view.js';
import { fireChanges } from './fire-changes.js';
import { table } from './table.js';
import { button, cutNote, problemBox, section, segments, time } from './ui.js';

export function jobVersions({ ctx, app, job, loaded, refresh }) {
  const poll = ctx.poll(signal => api.listJobVersions({ app, job, limit: 100 }, { signal }), { every: 30_000 });

  function chosen() {
    const items = poll.data?.items ?? [];
    return items.find(item => String(item.version) === ctx.query.get('version')) ?? items[0];
  }

  function baseOf(version) {
    const items = poll.data.items;
    return ctx.query.get('against') === 'current' ? items[0] : items[items.indexOf(version) + 1];
  }

  async function restore(version) {
    const current = loaded();
    const before = documentOf(current.body);
    const after = documentOf(version.document);
    const saved = await confirm({
      title: t('versions.restoreTitle', { version: String(version.version) }),
      text: html`<p>${t('versions.restoreText')}</p>
        ${diffView({ before: textOf(before), after: textOf(after), label: t('definition.difference') })}`,
      form: fireChanges({ app, job, before, after, paused: current.body.status?.paused }),
      action: t('versions.restoreAction', { version: String(version.version) }),
      act: () => api.putJob({ app, job, body: version.document, ifMatch: current.etag }),
    });
    if (saved) {
      toast(t('definition.saved', { version: String(saved.status?.version ?? '') }));
      refresh();
      poll.refresh();
    }
  }

  function view() {
    if (poll.problem) {
      return problemBox(poll.problem, { retry: () => poll.refresh() });
    }
    const version = chosen();
    return html`<div class="grid">
      <div class="third">
        ${table({
          label: t('versions.title'),
          rows: poll.data?.items,
          key: item => item.version,
          href: item => to.job(app, job, { tab: 'versions', version: item.version, against: ctx.query.get('against') }),
          rowKind: item => (item === version ? 'chosen' : ''),
          columns: [
            { key: 'version', title: t('versions.version'), cell: item => String(item.version) },
            { key: 'at', title: t('versions.at'), kind: 'nowrap', cell: item => time(item.createdAt) },
            {
              key: 'author',
              title: t('versions.author'),
              kind: 'grow',
              cell: item => html`<span>${authorOf(item)}</span>`,
            },
          ],
        })}
        ${cutNote(poll.data)}
      </div>
      <div class="two-thirds">${version ? detail(version) : nothing}</div>
    </div>`;
  }

  function detail(version) {
    const base = baseOf(version);
    const after = textOf(documentOf(version.document));
    const isCurrent = version === poll.data.items[0];
    return section({
      title: t('versions.detail', { version: String(version.version) }),
      actions: html`${segments({
        label: t('versions.against'),
        name: 'against',
        items: ['previous', 'current'].map(key => ({ key, label: t(`versions.against.${key}`) })),
        selected: ctx.query.get('against') === 'current' ? 'current' : 'previous',
        onSelect: key => ctx.setQuery({ against: key }),
      })}
      ${button({ label: t('versions.restore'), needs: 'operator', off: isCurrent ? t('versions.isCurrent') : undefined, onClick: () => restore(version) })}`,
      content: html`${
        base === undefined
          ? html`<p class="muted">${t('versions.first')}</p>`
          : base === version
            ? html`<p class="muted">${t('versions.isCurrent')}</p>`
            : diffView(
                ctx.query.get('against') === 'current'
                  ? { before: after, after: textOf(documentOf(base.document)), label: t('definition.difference') }
                  : { before: textOf(documentOf(base.document)), after, label: t('definition.difference') },
              )
      }
        <details class="form-more"><summary>${t('versions.whole')}</summary><pre class="run-result" tabindex="0">${after}</pre></details>`,
    });
  }

  return { view, calls: { api: ['listJobVersions', { app, job }] } };
}

function authorOf({ author }) {
  return author ? [author.token, author.role?.toLowerCase()].filter(Boolean).join(', ') : t('versions.unknown');
}
