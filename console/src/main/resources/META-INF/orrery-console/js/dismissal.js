// What a dialog does when its reader leaves it without a choice.

/**
 * @param how `escape`, `backdrop` (pressed and released there), or `button` (Close or Cancel)
 * @param stays true if only its own buttons close it, such as one whose text cannot be shown again
 * @param busy true while its action runs, whose result it shows
 * @param typed true if something was entered
 * @returns `close`, `stay`, or `ask` before what was typed is lost
 */
export function dismissal({ how, stays = false, busy = false, typed = false }) {
  if (busy || (stays && how !== 'button')) {
    return 'stay';
  }
  return typed && how !== 'button' ? 'ask' : 'close';
}

/**
 * Tells a click on the backdrop from a selection that was dragged there: a click belongs to the common ancestor of where
 * it began and ended, which is the dialog in both cases.
 */
export class BackdropClicks {
  #began = false;
  #ended = false;

  pressed(onBackdrop) {
    this.#began = onBackdrop;
    this.#ended = false;
  }

  released(onBackdrop) {
    this.#ended = onBackdrop;
  }

  /** True if this click was on the backdrop from its begin to its end. */
  clicked(onBackdrop) {
    const whole = onBackdrop && this.#began && this.#ended;
    this.#began = false;
    return whole;
  }
}
