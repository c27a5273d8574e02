package dev.orrery.scheduler.worker;

import dev.orrery.protocol.message.AttemptRef;
import java.util.List;

/** Is called for attempts that were lost with their worker. */
public interface LostAttemptListener {
  /** After the commit of the loss; never with an empty list. Blocks. */
  void onLost(List<AttemptRef> attempts);
}
