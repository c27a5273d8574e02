package dev.orrery.scheduler.http.problem;

import java.io.IOException;

/** A body exceeded its limit during reading. */
public final class BodyTooLargeException extends IOException {
  private static final long serialVersionUID = 1L;

  public BodyTooLargeException() {
    super(ProblemTexts.TOO_LARGE);
  }
}
