package dev.orrery.protocol.startup;

import dev.orrery.protocol.text.UrlText;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.BindException;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Prints why a program did not start: one line for each user error, otherwise a stack trace. */
public final class StartupFailure {
  private static final String PREFIX = "orrery: cannot start: ";

  private StartupFailure() {}

  /**
   * @param known returns the message for a cause by which the framework reports a user error
   */
  public static void print(
      Throwable failure, Function<Throwable, Optional<String>> known, PrintStream out) {
    Optional<String> message =
        causes(failure).flatMap(cause -> message(cause, known).stream()).findFirst();
    if (message.isPresent()) {
      message.get().lines().forEach(line -> out.println(PREFIX + UrlText.withoutPasswords(line)));
    } else {
      out.println(PREFIX + "unexpected error");
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      out.print(UrlText.withoutPasswords(trace.toString()));
    }
    out.flush();
  }

  private static Optional<String> message(
      Throwable cause, Function<Throwable, Optional<String>> known) {
    if (cause instanceof StartupException) {
      return Optional.of(cause.getMessage());
    }
    Optional<String> message = known.apply(cause);
    if (message.isEmpty() && cause instanceof BindException) {
      return Optional.of(
          "a port is in use by another process: "
              + cause.getMessage()
              + ". Stop that process, or set another port.");
    }
    return message;
  }

  private static Stream<Throwable> causes(Throwable failure) {
    // Limited, because a chain of causes may be a cycle.
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(50);
  }
}
