// The tab Definition of a job: its document in an editor, the difference before saving, and conflicts.

import { html, nothing } from '../lit.js';
import { api } from '../api.js';
import { t } from '../i18n.js';
import { to } from '../router.js';
import { may } from '../session.js';
import { documentOf, merged, textOf } from '../job-document.js';
import { drafts } from '../unsaved.js';
import { confirm, openDialog, toast } from './dialog.js';
import { diffView } from './diff-view.js';
import { DocumentEditor } from './document-editor.js';
import { fireChanges } from './fire-changes.js';
import { flowPreview } from './flow-view.js';
import { JobForm } from './job-form.js';
import { banner, button, commandLine, section } from './ui.js';

/** @param loaded `() => ({body, etag})` of the newest GET */
export function jobDefinition({ ctx, app, job, loaded, refresh }) {
  const draftName = `${app}/${job}`;
  const draft = drafts.of(draftName);
  /** True while the text is that of a draft from before this page. */
  let isRestored = draft !== undefined;
  let base = draft?.base ?? loaded();
  const editor = new DocumentEditor({ app, job, text: textOf(documentOf(base.body)), draft: draft?.text, onChange: edited });
  const form = new JobForm({ onDocument: document => editor.setDocument(document), update: ctx.update });
  let last = editor.document;
  const release = ctx.guard(() => editor.isChanged);

  function edited() {
    if (editor.isChanged) {
      drafts.keep(draftName, { text: editor.text, base });
    } else {
      drafts.drop(draftName);
      isRestored = false;
    }
    ctx.update();
  }

  /** Takes what is stored, unless the reader has edited. */
  function changed() {
    const now = loaded();
    if (now.etag !== base.etag && !editor.isChanged) {
      base = now;
      editor.reset(textOf(documentOf(base.body)));
    }
  }

  async function save() {
    const before = documentOf(base.body);
    const after = editor.document;
    const saved = await confirm({
      title: t('definition.saveTitle', { job }),
      text: diffView({ before: textOf(before), after: textOf(after), label: t('definition.difference') }),
      form: fireChanges({ app, job, before, after, paused: base.body.status?.paused }),
      action: t('definition.save'),
      act: async () => {
        try {
          return await api.putJob({ app, job, body: after, ifMatch: base.etag }, { full: true });
        } catch (problem) {
          if (problem.status === 412) {
            return { conflict: true };
          }
          throw problem;
        }
      },
    });
    if (saved?.conflict) {
      await resolve();
    } else if (saved) {
      take(saved);
      toast(t('definition.saved', { version: String(saved.body.status?.version ?? '') }));
    }
  }

  function take(stored) {
    base = { body: stored.body, etag: stored.etag };
    editor.reset(textOf(documentOf(base.body)));
    refresh();
  }

  /** Somebody else has saved: shows what they changed, and what saving would change now. */
  async function resolve() {
    const theirs = await api.getJob({ app, job }, { full: true });
    const before = textOf(documentOf(base.body));
    const stored = textOf(documentOf(theirs.body));
    const mine =
      editor.document === null
        ? editor.text
        : textOf(merged(documentOf(base.body), editor.document, documentOf(theirs.body)));
    const choice = await openDialog({
      title: t('conflict.title', { job }),
      kind: 'wide',
      content: ({ close }) => html`<p>${t('conflict.text', { version: String(theirs.body.status?.version ?? '') })}</p>
        <h3>${t('conflict.theirs')}</h3>
        ${diffView({ before, after: stored, label: t('conflict.theirs') })}
        <h3>${t('conflict.mine')}</h3>
        ${diffView({ before: stored, after: mine, label: t('conflict.mine') })}
        <div class="dialog-actions">
          ${button({ label: t('conflict.discard'), kind: 'danger', onClick: () => close('discard') })}
          ${button({ label: t('conflict.keep'), kind: 'primary', onClick: () => close('keep') })}
        </div>`,
    });
    if (choice === 'discard') {
      take(theirs);
    } else if (choice === 'keep') {
      base = theirs;
      editor.saved = stored;
      editor.setText(mine);
      refresh();
    }
    ctx.update();
  }

  async function remove() {
    // The version that the reader saw when the dialog opened: an edit after that is refused.
    const { etag } = loaded();
    const done = await confirm({
      title: t('definition.deleteTitle', { job }),
      text: t('definition.deleteText'),
      action: t('definition.delete'),
      danger: true,
      type: job,
      act: async () => {
        await api.deleteJob({ app, job, ifMatch: etag });
        return true;
      },
    });
    if (done) {
      toast(t('definition.deleted', { job }));
      editor.saved = editor.text;
      drafts.drop(draftName);
      ctx.navigate(to.jobs(app));
    }
  }

  function saveOff() {
    if (!editor.isChanged) {
      return t('definition.unchanged');
    }
    if (editor.mistakes.length > 0) {
      return t('editor.mistakes', { n: editor.mistakes.length });
    }
    return editor.checking ? t('editor.checking') : undefined;
  }

  function view() {
    const owner = base.body.status?.owner;
    return section({
      title: t('definition.title'),
      actions: html`${
        editor.isChanged
          ? button({ label: t('definition.discard'), onClick: () => editor.setText(textOf(documentOf(base.body))) })
          : nothing
      }
      ${button({ label: t('definition.review'), kind: 'primary', needs: 'operator', off: saveOff(), onRefused: () => editor.focusMistake(), onClick: save })}
      ${button({ label: t('definition.delete'), kind: 'danger', needs: 'operator', onClick: remove })}`,
      content: html`${owner ? banner('PAUSED', t('definition.owned', { owner }), commandLine(`orrery export ${job} -a ${app}`)) : nothing}
        ${isRestored ? banner('OTHER', t('definition.draft')) : nothing}
        ${
          editor.isChanged && loaded().etag !== base.etag
            ? banner('PAUSED', t('conflict.banner'), button({ label: t('conflict.show'), onClick: resolve }))
            : nothing
        }
        ${flowPreview(editor.document ?? last)} ${may('operator') ? html`<div class="side-by-side">${formView()} ${documentView()}</div>` : documentView()}`,
    });
  }

  /** The form shows the last good document while the text has a mistake. */
  function formView() {
    last = editor.document ?? last;
    return form.view({
      document: last,
      mistakes: editor.mistakes,
      disabled: editor.document === null,
      withName: false,
      fireTimes: editor.plan?.fireTimes,
    });
  }

  function documentView() {
    return html`<div class="side-document">
      ${editor.view({ label: t('definition.title'), readOnly: may('operator') ? undefined : t('role.needs', { role: t('role.operator') }) })}
      <p class="hint">${t('editor.comments')}</p>
    </div>`;
  }

  return {
    view,
    changed,
    close: () => {
      editor.close();
      form.close();
      release();
    },
    calls: { api: ['getJob', { app, job }], cli: `orrery get job ${job} -a ${app}` },
  };
}
