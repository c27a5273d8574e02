// A secret that the API shows once.

import { html } from '../lit.js';
import { t } from '../i18n.js';
import { dialogWork } from '../unsaved.js';
import { openDialog } from './dialog.js';
import { button, commandLine } from './ui.js';

export async function showSecret({ title, text, secret }) {
  const release = dialogWork.hold(() => true);
  await openDialog({
    title,
    stays: true,
    content: ({ close }) => html`<p>${text}</p>
      <div>${commandLine(secret)}</div>
      <div class="dialog-actions">${button({ label: t('app.secretSeen'), kind: 'primary', onClick: () => close() })}</div>`,
  });
  release();
}
