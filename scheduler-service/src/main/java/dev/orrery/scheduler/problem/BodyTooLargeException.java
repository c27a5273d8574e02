package dev.orrery.scheduler.problem;

import java.io.IOException;

/** A body turned out to be too large while it was read. */
public final class BodyTooLargeException extends IOException {
  private static final long serialVersionUID = 1L;

  public BodyTooLargeException() {
    super(ProblemTexts.TOO_LARGE);
  }
}
