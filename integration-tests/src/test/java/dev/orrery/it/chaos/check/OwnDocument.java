package dev.orrery.it.chaos.check;

import static dev.orrery.it.chaos.check.Violation.Kind.FOREIGN_DOCUMENT;

import dev.orrery.it.chaos.check.Facts.Batch;
import dev.orrery.it.chaos.check.Facts.Document;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A worker receives the document from which the instance was created: its own app, and the job that
 * the client named, in the version that the database has for the instance.
 */
final class OwnDocument implements Rule {

  @Override
  public Stream<Violation> broken(Facts facts) {
    return Stream.of(runs(facts), documents(facts), calls(facts)).flatMap(found -> found);
  }

  private static Stream<Violation> runs(Facts facts) {
    return facts.traces().stream()
        .filter(trace -> facts.documents().containsKey(trace.id()))
        .filter(trace -> !facts.documents().get(trace.id()).equals(trace.ran()))
        .map(
            trace ->
                foreign(
                    "attempt %s ran %s, its instance has %s"
                        .formatted(
                            Facts.mark(trace.id(), trace.attempt()),
                            trace.ran(),
                            facts.documents().get(trace.id()))));
  }

  /** Returns versions that belong to another job than their instance. */
  private static Stream<Violation> documents(Facts facts) {
    return facts.documents().entrySet().stream()
        .filter(one -> !isOwn(one.getValue()))
        .map(one -> foreign("instance %d has %s".formatted(one.getKey(), one.getValue())));
  }

  private static boolean isOwn(Document document) {
    return document.marker().startsWith(document.job() + "#");
  }

  private static Stream<Violation> calls(Facts facts) {
    Map<String, Batch> asked =
        facts.clientView().batches().stream()
            .collect(Collectors.toMap(Batch::key, Function.identity(), (first, again) -> again));
    return facts.ended().values().stream()
        .filter(end -> end.batch() != null && asked.containsKey(end.batch()))
        .filter(end -> !asked.get(end.batch()).job().equals(end.job()))
        .map(
            end ->
                foreign(
                    "instance %d is of job %s, asked for was %s"
                        .formatted(end.id(), end.job(), asked.get(end.batch()).job())));
  }

  private static Violation foreign(String how) {
    return new Violation(FOREIGN_DOCUMENT, how);
  }
}
