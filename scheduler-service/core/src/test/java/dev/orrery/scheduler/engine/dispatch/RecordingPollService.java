package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Records the reported attempts, and the stop. */
public final class RecordingPollService extends PollService {
  private final List<AttemptRef> reported = new ArrayList<>();
  private final Runnable onStop;

  public RecordingPollService() {
    this(() -> {});
  }

  /**
   * @param onStop answers the parked polls
   */
  public RecordingPollService(Runnable onStop) {
    super(
        null,
        null,
        null,
        null,
        null,
        null,
        new HintBus(),
        new QuotaMetrics(new SimpleMeterRegistry()));
    this.onStop = onStop;
  }

  /** Returns attempts that must not be sent again. */
  public List<AttemptRef> reported() {
    return List.copyOf(reported);
  }

  @Override
  public void reported(UUID session, Collection<AttemptRef> attempts) {
    reported.addAll(attempts);
  }

  @Override
  public void stop() {
    onStop.run();
  }
}
