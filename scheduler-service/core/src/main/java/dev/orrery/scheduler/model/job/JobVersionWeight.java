package dev.orrery.scheduler.model.job;

import dev.orrery.scheduler.model.job.document.JobDescription;
import dev.orrery.scheduler.model.job.document.JobDocument;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Stream;

/** Estimates the memory of a job version, in bytes, for the bound of {@link JobVersionCache}. */
final class JobVersionWeight {
  /** The records and a typical trigger, without texts. */
  private static final int FIXED = 1_000;

  /** A string without its characters, and its entry in a collection. */
  private static final int TEXT = 60;

  /** Characters take two bytes if any character of the string is outside Latin-1. */
  private static final int CHARACTER = 2;

  private JobVersionWeight() {}

  static int of(JobVersion version) {
    JobDocument document = version.document();
    long bytes = FIXED + of(document.parameters()) + of(document.requiredTags());
    bytes += of(document.description());
    if (document.trigger() != null) {
      bytes += of(document.trigger().cron());
    }
    bytes += of(document.processor().texts());
    return (int) Math.min(Integer.MAX_VALUE, bytes);
  }

  private static long of(JobDescription description) {
    return of(description.text())
        + of(description.labels())
        + of(description.links().stream().flatMap(link -> Stream.of(link.title(), link.url())));
  }

  private static long of(Map<String, String> texts) {
    return of(texts.keySet()) + of(texts.values());
  }

  private static long of(Collection<String> texts) {
    return of(texts.stream());
  }

  private static long of(Stream<String> texts) {
    return texts.mapToLong(JobVersionWeight::of).sum();
  }

  private static long of(String text) {
    return text == null ? 0 : TEXT + (long) CHARACTER * text.length();
  }
}
