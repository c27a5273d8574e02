package dev.orrery.cli.instance;

/** Describes in words why an instance is waiting. */
public final class WaitingReason {
  private WaitingReason() {}

  /**
   * Returns the words for a {@code waitingFor} of the API. Times and unknown reasons of a newer
   * scheduler stay unchanged.
   */
  public static String of(String waitingFor) {
    return switch (waitingFor) {
      case "NO_WORKER" -> "no worker of this app is connected";
      case "NO_MATCHING_WORKER" -> "no connected worker has the required processor and tags";
      case "CONCURRENCY" -> "the concurrency limit of the job is reached";
      case "PARENT_LIMIT" -> "the app has too many instances that wait for their parts or nodes";
      case "OVERLAP" -> "an earlier instance of this job has not ended";
      case "PAUSED" -> "the job is paused";
      case "APP_PAUSED" -> "the app is paused";
      case "CAPACITY" -> "all matching workers are full";
      case "DISPATCH" -> "a matching worker gets it next";
      default -> waitingFor;
    };
  }
}
