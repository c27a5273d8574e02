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
import { button, cutNote, problemBox, section, time } from './ui.js';

export function jobVersions({ ctx, app, job, loaded, refresh }) {
  const poll = ctx.poll(signal => api.listJobVersions({ app, job, limit: 100 }, { signal }), { every: 30_000 });

  function chosen() {
    const items = poll.data?.items ?? [];
    return items.find(item => String(item.version) === ctx.query.get('version')) ?? items[0];
  }

  /** The version to compare with: the one before, the current one, or any of the list. */
  function baseOf(version) {
    const items = poll.data.items;
    const against = ctx.query.get('against');
    return against === 'current' ? items[0] : (items.find(item => String(item.version) === against) ?? items[items.indexOf(version) + 1]);
  }

  function againstField(version) {
    const chosen = ctx.query.get('against') ?? '';
    const others = poll.data.items.filter(item => item !== version).map(item => String(item.version));
    const options = [['', t('versions.against.previous')], ['current', t('versions.against.current')], ...others.map(number => [number, t('versions.detail', { version: number })])];
    return html`<label class="compact-field"
      ><span>${t('versions.against')}</span
      ><select @change=${event => ctx.setQuery({ against: event.target.value })}>
        ${options.map(([value, label]) => html`<option value=${value} ?selected=${value === chosen}>${label}</option>`)}
      </select></label
    >`;
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
              cell: item => html`<span title=${authorOf(item)}>${authorOf(item)}</span>`,
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
      actions: html`${againstField(version)}
      ${button({ label: t('versions.restore'), needs: 'operator', off: isCurrent ? t('versions.isCurrent') : undefined, onClick: () => restore(version) })}`,
      content: html`${
        base === undefined
          ? html`<p class="muted">${t('versions.first')}</p>`
          : base === version
            ? html`<p class="muted">${t(isCurrent ? 'versions.isCurrent' : 'versions.same')}</p>`
            : differenceOf(...[base, version].sort((one, other) => one.version - other.version))
      }
        <details class="form-more"><summary>${t('versions.whole')}</summary><pre class="run-result" tabindex="0">${after}</pre></details>`,
    });
  }

  function differenceOf(older, newer) {
    return html`<p class="muted">${t('versions.compared', { older: String(older.version), newer: String(newer.version) })}</p>
      ${diffView({ before: textOf(documentOf(older.document)), after: textOf(documentOf(newer.document)), label: t('definition.difference') })}`;
  }

  return { view, calls: { api: ['listJobVersions', { app, job }] } };
}

function authorOf({ author }) {
  return author ? [author.token, author.role?.toLowerCase()].filter(Boolean).join(', ') : t('versions.unknown');
}
