package dev.orrery.powerjob;

import dev.orrery.protocol.ProcessorSpec.PowerJob;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Selects the PowerJob workers that may run a job, by the same rules as PowerJob's server: by the
 * tag that a worker reports, or by its address. A worker has one tag, which may be a list.
 *
 * @param tag the tag that a session has if its worker matches
 */
public record WorkerSelector(String tag) {
  private static final String TAG_IN = "tagIn:";
  private static final String TAG_EQUALS = "tagEquals:";

  /** Returns the selectors among the tags of a lane. */
  public static List<WorkerSelector> of(Collection<String> laneTags) {
    return laneTags.stream()
        .filter(
            tag ->
                tag.startsWith(PowerJob.DESIGNATED_TAG) || tag.startsWith(PowerJob.SPECIFIED_TAG))
        .map(WorkerSelector::new)
        .toList();
  }

  /** Returns whether it limits the workers that share the work, too, not only who gets the run. */
  public boolean selectsHelpers() {
    return tag.startsWith(PowerJob.DESIGNATED_TAG);
  }

  /**
   * @param workerTag null if the worker has none
   */
  public boolean matches(String workerTag, WorkerAddress address) {
    String text = tag.substring(tag.indexOf('=') + 1);
    String own = workerTag == null ? "" : workerTag;
    if (!selectsHelpers() && text.startsWith(TAG_IN)) {
      return own.contains(text.substring(TAG_IN.length()));
    }
    if (!selectsHelpers() && text.startsWith(TAG_EQUALS)) {
      return own.equals(text.substring(TAG_EQUALS.length()));
    }
    return Arrays.stream(text.split(",", -1))
        .anyMatch(entry -> entry.equals(workerTag) || entry.equals(address.toString()));
  }
}
