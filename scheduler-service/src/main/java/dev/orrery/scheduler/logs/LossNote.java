package dev.orrery.scheduler.logs;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.worker.LossListener;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Adds a note to the log of a lost attempt that lines may be missing. */
@ApplicationScoped
class LossNote implements LossListener {
  static final String TEXT =
      "incomplete: the worker was lost, and with it the lines that it had not sent";

  private final LogIntake intake;

  LossNote(LogIntake intake) {
    this.intake = intake;
  }

  @Override
  public void onLost(List<AttemptRef> attempts) {
    intake.markIncomplete(attempts, TEXT);
  }
}
