package dev.orrery.worker.attempt;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.Report;
import java.util.Map;

/** Attempts in the state that a test needs, for tests of what follows from them. */
public final class HeldAttempts {
  private HeldAttempts() {}

  public static Held running(String session, long instance) {
    return new Held(
        new Assignment(instance, 1, "j", 1, new ProcessorSpec.Noop(null), Map.of(), null, null),
        session);
  }

  public static Held ended(String session, long instance) {
    return ended(session, instance, null, null);
  }

  public static Held ended(String session, long instance, String result, String error) {
    Held held = running(session, instance);
    end(held, result, error);
    return held;
  }

  public static void end(Held held) {
    end(held, null, null);
  }

  private static void end(Held held, String result, String error) {
    held.ended(
        new Outcome(
            error == null ? Report.Outcome.SUCCEEDED : Report.Outcome.FAILED, result, error));
  }
}
