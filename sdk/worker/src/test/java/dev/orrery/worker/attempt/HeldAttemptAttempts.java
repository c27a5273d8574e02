package dev.orrery.worker.attempt;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptReport;
import java.util.Map;

/** Creates attempts in the state that a test needs. */
public final class HeldAttemptAttempts {
  private HeldAttemptAttempts() {}

  public static HeldAttempt running(String session, long instance) {
    return new HeldAttempt(
        new Assignment(instance, 1, "j", 1, new ProcessorSpec.Noop(null), Map.of(), null, null),
        session);
  }

  public static HeldAttempt ended(String session, long instance) {
    return ended(session, instance, null, null);
  }

  public static HeldAttempt ended(String session, long instance, String result, String error) {
    HeldAttempt held = running(session, instance);
    end(held, result, error);
    return held;
  }

  public static void end(HeldAttempt held) {
    end(held, null, null);
  }

  private static void end(HeldAttempt held, String result, String error) {
    held.ended(
        new AttemptOutcome(
            error == null ? AttemptReport.Outcome.SUCCEEDED : AttemptReport.Outcome.FAILED,
            result,
            error),
        0);
  }
}
