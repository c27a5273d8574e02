package dev.orrery.cli.demo;

/** Counts the instances that the demo has printed, per outcome. */
final class DemoTally {
  private int succeeded;
  private int failed;
  private int others;
  private int afterRetries;

  void add(EndedInstance run) {
    if (run.succeeded()) {
      succeeded++;
      afterRetries += run.wasRetried() ? 1 : 0;
    } else if (run.failed()) {
      failed++;
    } else {
      others++;
    }
  }

  /** Returns true if at least one instance ran, and none failed. */
  boolean isGood() {
    return succeeded > 0 && failed == 0;
  }

  @Override
  public String toString() {
    return String.format(
        "%d runs ended: %d succeeded (%d of them after retries), %d failed%s",
        succeeded + failed + others,
        succeeded,
        afterRetries,
        failed,
        others == 0 ? "" : ", " + others + " skipped or canceled");
  }
}
