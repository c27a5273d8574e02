package dev.orrery.scheduler.engine.worker;

import java.util.Collections;
import java.util.List;

/**
 * The app, processors and tags of a session's worker. Two sessions with equal capabilities can
 * claim the same instances.
 *
 * @param processors sorted, without duplicates
 * @param tags sorted, without duplicates
 */
public record Capabilities(int appId, List<String> processors, List<String> tags) {
  public Capabilities {
    processors = processors.stream().distinct().sorted().toList();
    tags = tags.stream().distinct().sorted().toList();
  }

  /**
   * Returns whether an instance may run on the worker. {@code
   * dev.orrery.scheduler.model.instance.WaitingReasonStore} states the same rule in SQL, to show
   * why an instance waits.
   *
   * @param ofApp the app of the instance
   * @param requiredTags all of these must be among the worker's
   */
  public boolean matches(int ofApp, String processor, List<String> requiredTags) {
    return appId == ofApp
        && contains(processors, processor)
        && requiredTags.stream().allMatch(tag -> contains(tags, tag));
  }

  /** Binary search: a worker has up to 200 of each, and is compared with up to 5,000 lanes. */
  private static boolean contains(List<String> sorted, String text) {
    return Collections.binarySearch(sorted, text) >= 0;
  }
}
