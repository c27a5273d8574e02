package dev.orrery.scheduler.base.problem;

import java.io.IOException;

/** Thrown when a request body exceeds its limit while it is read. */
public final class BodyTooLargeException extends IOException {
  private static final long serialVersionUID = 1L;

  public BodyTooLargeException() {
    super(ProblemTexts.TOO_LARGE);
  }
}
