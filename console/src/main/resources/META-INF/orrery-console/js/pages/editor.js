// A new job: form and document side by side. The text of the document is the only source of both.

import { html, nothing } from '../lit.js';
import { api, callOf } from '../api.js';
import { t } from '../i18n.js';
import { to } from '../router.js';
import { may } from '../session.js';
import { documentOf, newDocument, textOf } from '../job-document.js';
import { drafts } from '../unsaved.js';
import { attempt } from '../components/dialog.js';
import { DocumentEditor } from '../components/document-editor.js';
import { flowPreview } from '../components/flow-view.js';
import { JobForm } from '../components/job-form.js';
import { banner, button, linkButton, pageHead, problemBox, sameBy } from '../components/ui.js';

export function page(ctx) {
  const { app } = ctx;
  const copied = ctx.query.get('copy');
  let busy = false;
  let problem = null;
  let last = newDocument();
  const draftName = `${app}/new-job?copy=${copied ?? ''}`;
  const draft = drafts.of(draftName);
  let isRestored = draft !== undefined;
  const editor = new DocumentEditor({ app, text: draft?.saved ?? textOf(last), draft: draft?.text, onChange: edited });
  const form = new JobForm({ onDocument: document => editor.setDocument(document), update: ctx.update });
  const release = ctx.guard(() => editor.isChanged);
  if (copied && !isRestored) {
    copy(copied);
  }

  function edited() {
    if (editor.isChanged) {
      drafts.keep(draftName, { text: editor.text, saved: editor.saved });
    } else {
      drafts.drop(draftName);
      isRestored = false;
    }
    ctx.update();
  }

  async function copy(job) {
    const found = await attempt(() => api.getJob({ app, job }), {});
    if (found) {
      editor.reset(textOf({ ...documentOf(found), name: `${job.slice(0, 95)}-copy` }));
    }
  }

  async function save() {
    busy = true;
    problem = null;
    ctx.update();
    try {
      await api.putJob({ app, job: editor.name, body: editor.document, ifNoneMatch: '*' });
      editor.saved = editor.text;
      drafts.drop(draftName);
      ctx.navigate(to.job(app, editor.name));
    } catch (refused) {
      problem = refused;
      editor.takeMistakes(refused);
    }
    busy = false;
    ctx.update();
    editor.focusMistake();
  }

  function saveOff() {
    if (editor.mistakes.length > 0) {
      return t('editor.mistakes', { n: editor.mistakes.length });
    }
    if (editor.checking) {
      return t('editor.checking');
    }
    return editor.plan && editor.plan.change !== 'create' ? t('editor.exists', { name: editor.name }) : undefined;
  }

  function view() {
    last = editor.document ?? last;
    const exists = editor.plan !== null && editor.plan.change !== 'create';
    return html`<div class="page">
      ${pageHead({
        title: t('editor.new'),
        facts: copied ? t('editor.copyOf', { name: copied }) : nothing,
        actions: html`${linkButton({ label: t('action.cancel'), href: to.jobs(app) })}
        ${button({ label: t('editor.create'), kind: 'primary', needs: 'operator', off: saveOff(), onRefused: () => editor.focusMistake(), busy, onClick: save })}`,
      })}
      ${
        exists
          ? banner(
              'PAUSED',
              t('editor.exists', { name: editor.name }),
              linkButton({ label: t('editor.openJob'), href: to.job(app, editor.name, { tab: 'definition' }) }),
            )
          : nothing
      }
      ${
        isRestored
          ? banner('OTHER', t('editor.draft'), button({ label: t('editor.startAgain'), onClick: () => editor.reset(editor.saved) }))
          : nothing
      }
      ${problemBox(problem)} ${flowPreview(last)}
      <div class="side-by-side">
        ${form.view({ document: last, mistakes: editor.mistakes, disabled: editor.document === null, withName: true, fireTimes: editor.plan?.fireTimes })}
        <div class="side-document">
          ${editor.view({ label: t('editor.document'), readOnly: may('operator') ? undefined : t('role.needs', { role: t('role.operator') }) })}
          <p class="hint">${t('editor.comments')}</p>
        </div>
      </div>
      ${sameBy({ api: callOf('putJob', { app, job: editor.name || 'NAME' }), cli: `orrery apply -f job.yaml` })}
    </div>`;
  }

  return {
    view,
    title: () => ({ name: t('editor.new') }),
    close: () => {
      release();
      editor.close();
      form.close();
    },
  };
}
