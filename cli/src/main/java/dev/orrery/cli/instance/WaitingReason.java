package dev.orrery.cli.instance;

/** The reason for which an instance waits, in words. */
public final class WaitingReason {
  private WaitingReason() {}

  /**
   * Returns the words for a {@code waitingFor} of the API. An unknown one, of a newer scheduler, is
   * returned as it is, and so are those that are times.
   */
  public static String of(String waitingFor) {
    return switch (waitingFor) {
      case "NO_WORKER" -> "no worker of this app is connected";
      case "NO_MATCHING_WORKER" -> "no connected worker has the required processor and tags";
      case "CONCURRENCY" -> "the concurrency limit of the job is reached";
      case "OVERLAP" -> "an earlier instance of this job has not ended";
      case "PAUSED" -> "the job is paused";
      case "APP_PAUSED" -> "the app is paused";
      case "CAPACITY" -> "all matching workers are full";
      case "DISPATCH" -> "a matching worker gets it next";
      default -> waitingFor;
    };
  }
}
