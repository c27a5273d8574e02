package dev.orrery.scheduler.http.connection;

import java.io.IOException;
import java.io.Serial;

/** The share of an app has no memory for a response. None of the response was sent. */
public final class ResponseOverloadException extends IOException {
  @Serial private static final long serialVersionUID = 1;

  ResponseOverloadException() {
    super("No memory for the response");
  }
}
