package dev.orrery.scheduler.base.problem;

import java.io.IOException;
import java.io.Serial;

/**
 * Thrown when a response does not fit into an app's share of the response memory. No part of the
 * response was sent.
 */
public final class ResponseOverloadException extends IOException {
  @Serial private static final long serialVersionUID = 1;

  public ResponseOverloadException() {
    super("No memory for the response");
  }
}
