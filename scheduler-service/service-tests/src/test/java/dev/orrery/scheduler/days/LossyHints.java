package dev.orrery.scheduler.days;

import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;

/** Delivers no hints while the test says so, as if their process had died after the commit. */
@Alternative
@ApplicationScoped
class LossyHints extends HintBus {
  private volatile boolean losing;

  void lose(boolean hints) {
    losing = hints;
  }

  @Override
  public void publish(Hint hint) {
    if (!losing) {
      super.publish(hint);
    }
  }

  @Override
  public void publishLocal(Hint hint) {
    if (!losing) {
      super.publishLocal(hint);
    }
  }
}
