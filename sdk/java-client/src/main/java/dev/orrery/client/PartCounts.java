package dev.orrery.client;

/**
 * The number of parts of an instance in each state.
 *
 * @param total all of them, including those that do not exist yet
 * @param made those that exist or existed
 * @param active those that wait or run
 * @param succeeded those that ended in success
 * @param failed those that ended otherwise
 */
public record PartCounts(int total, int made, int active, int succeeded, int failed) {
  static PartCounts of(Fields json) {
    return new PartCounts(
        json.number("total"),
        json.number("made"),
        json.number("active"),
        json.number("succeeded"),
        json.number("failed"));
  }
}
