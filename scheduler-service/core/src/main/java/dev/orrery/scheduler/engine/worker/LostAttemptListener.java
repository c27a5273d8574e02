package dev.orrery.scheduler.engine.worker;

import dev.orrery.protocol.message.AttemptRef;
import java.util.List;

/** Is notified of attempts that were lost with their worker. */
public interface LostAttemptListener {
  /** Called after the commit of the loss, with at least one attempt. May block. */
  void onLost(List<AttemptRef> attempts);
}
