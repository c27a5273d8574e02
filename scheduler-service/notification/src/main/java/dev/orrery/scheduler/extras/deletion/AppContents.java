package dev.orrery.scheduler.extras.deletion;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The number of rows of each kind that an app owns.
 *
 * @param jobs jobs, without deleted ones
 * @param instances instances that have not ended; 1000 means 1000 or more
 * @param workers workers with a live session
 */
record AppContents(int jobs, int instances, int webhooks, int workers) {

  boolean isEmpty() {
    return jobs + instances + webhooks + workers == 0;
  }

  @Override
  public String toString() {
    List<String> parts =
        Stream.of(
                part(jobs, "job"),
                part(instances, "active instance"),
                part(webhooks, "webhook"),
                part(workers, "connected worker"))
            .filter(part -> !part.isEmpty())
            .toList();
    return parts.stream().collect(Collectors.joining(", "));
  }

  private static String part(int count, String name) {
    return count == 0 ? "" : count + " " + name + (count == 1 ? "" : "s");
  }
}
