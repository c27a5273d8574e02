package dev.orrery.scheduler.engine.worker;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.model.commit.ManualExecutor;
import dev.orrery.scheduler.testkit.TestMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Notes which sessions were seen, and renews none. */
public final class RecordingRenewalService extends RenewalService {
  private final List<Seen> seen = new ArrayList<>();

  public RecordingRenewalService() {
    super(null, null, null, new ManualExecutor(), null, TestMetrics.commits());
  }

  /** A session as it has shown itself. */
  public record Seen(UUID session, List<AttemptRef> held, boolean draining) {}

  public List<Seen> seen() {
    return List.copyOf(seen);
  }

  @Override
  public void renewIfStale(Session session, List<AttemptRef> held, boolean draining) {
    seen.add(new Seen(session.id(), held, draining));
  }
}
