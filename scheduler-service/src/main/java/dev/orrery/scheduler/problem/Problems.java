package dev.orrery.scheduler.problem;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Problem;
import dev.orrery.scheduler.database.DatabaseException;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/** Turns whatever was thrown into what the caller is told, and into one line of the log. */
final class Problems {
  private static final Logger LOG = Logger.getLogger(Problems.class);

  private Problems() {}

  static ProblemException from(Throwable failure) {
    Throwable cause = unwrap(failure);
    if (cause instanceof ProblemException problem) {
      LOG.debugf("Refused: %s", problem.getMessage());
      return problem;
    }
    if (cause instanceof DatabaseException database && database.isOutage()) {
      LOG.warnf("The database is away: %s", database.getMessage());
      return ProblemException.unavailable("The database cannot be reached; try again.");
    }
    String id = UUID.randomUUID().toString();
    LOG.errorf(cause, "Unexpected failure, error id %s", id);
    return new ProblemException(
        Problem.of(
            ErrorCode.INTERNAL, "Unexpected failure; the log has it as error id " + id, null));
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
