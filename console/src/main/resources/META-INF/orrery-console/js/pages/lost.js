// An address without a page.

import { html } from '../lit.js';
import { t } from '../i18n.js';
import { BASE } from '../router.js';
import { empty, linkButton, pageHead } from '../components/ui.js';

export function page() {
  return {
    title: () => ({ name: t('lost.title') }),
    view: () => html`<div class="page">
      ${pageHead({ title: t('lost.title') })} ${empty({
        title: t('lost.text', { path: location.pathname }),
        action: linkButton({ label: t('lost.home'), href: BASE }),
      })}
    </div>`,
  };
}
