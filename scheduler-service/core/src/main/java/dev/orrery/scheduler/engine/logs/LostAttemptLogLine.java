package dev.orrery.scheduler.engine.logs;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.engine.worker.LostAttemptListener;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Adds a line to the log of a lost attempt, which says that lines may be missing. */
@ApplicationScoped
class LostAttemptLogLine implements LostAttemptListener {
  static final String TEXT =
      "incomplete: the worker was lost, and with it the lines that it had not sent";

  private final LogIntake intake;

  LostAttemptLogLine(LogIntake intake) {
    this.intake = intake;
  }

  @Override
  public void onLost(List<AttemptRef> attempts) {
    intake.markIncomplete(attempts, TEXT);
  }
}
