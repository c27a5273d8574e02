package dev.orrery.it.harness;

import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A span that an application has exported, to its output.
 *
 * @param link the span to which it has a link; empty without one
 */
public record ExportedSpan(
    String kind, String trace, String span, String parent, String link, String attributes) {
  private static final Duration EXPORT = Duration.ofSeconds(30);
  private static final Pattern LINE =
      Pattern.compile(
          "(?m)^SPAN kind=(\\S+) trace=(\\S+) span=(\\S+) parent=(\\S+) link=(\\S*) attributes=(.*)$");

  /** Waits for the span of an attempt of this instance. */
  public static ExportedSpan ofRun(ProgramProcess application, String instance) {
    return await(
        application,
        "run of " + instance,
        span ->
            span.kind().equals("CONSUMER")
                && span.attributes().contains("orrery.instance=" + instance));
  }

  /** Waits for the span with this id. */
  public static ExportedSpan withId(ProgramProcess application, String id) {
    return await(application, id, span -> span.span().equals(id));
  }

  private static ExportedSpan await(
      ProgramProcess application, String what, Predicate<ExportedSpan> wanted) {
    Await.until(
        () -> "the span " + what + " is exported:\n" + application.output(),
        EXPORT,
        () -> find(application, wanted).isPresent());
    return find(application, wanted).orElseThrow();
  }

  private static Optional<ExportedSpan> find(
      ProgramProcess application, Predicate<ExportedSpan> wanted) {
    return LINE.matcher(application.output())
        .results()
        .map(
            line ->
                new ExportedSpan(
                    line.group(1),
                    line.group(2),
                    line.group(3),
                    line.group(4),
                    line.group(5),
                    line.group(6)))
        .filter(wanted)
        .findFirst();
  }
}
