package dev.orrery.scheduler.startup;

import io.smallrye.config.ConfigValidationException;
import java.io.PrintStream;
import java.net.BindException;
import java.util.Optional;
import java.util.stream.Stream;

/** Says why the service did not start: one message for what a user can mend, a trace otherwise. */
final class StartupFailure {
  private static final String PREFIX = "orrery: cannot start: ";

  private StartupFailure() {}

  static void print(Throwable failure, PrintStream out) {
    Optional<String> message = messageOf(failure);
    if (message.isPresent()) {
      out.println(PREFIX + message.get());
    } else {
      out.println(PREFIX + "unexpected error");
      failure.printStackTrace(out);
    }
    out.flush();
  }

  static Optional<String> messageOf(Throwable failure) {
    return causes(failure).flatMap(cause -> known(cause).stream()).findFirst();
  }

  private static Optional<String> known(Throwable cause) {
    if (cause instanceof Refusal) {
      return Optional.of(cause.getMessage());
    }
    if (cause instanceof BindException) {
      return Optional.of(
          "a port is in use by another process: "
              + cause.getMessage()
              + ". Stop that process, or set another port: quarkus.http.port (API),"
              + " orrery.protocols.http.port (workers) or quarkus.management.port (health).");
    }
    if (cause instanceof ConfigValidationException validation) {
      StringBuilder message = new StringBuilder("the configuration is not valid:");
      for (int i = 0; i < validation.getProblemCount(); i++) {
        message.append(System.lineSeparator()).append("  ");
        message.append(validation.getProblem(i).getMessage());
      }
      return Optional.of(message.toString());
    }
    return Optional.empty();
  }

  private static Stream<Throwable> causes(Throwable failure) {
    // Bounded: a chain of causes may be a ring.
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(50);
  }
}
