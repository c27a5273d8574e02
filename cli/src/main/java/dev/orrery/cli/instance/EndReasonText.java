package dev.orrery.cli.instance;

/** Describes in words why an instance ended. */
final class EndReasonText {
  private EndReasonText() {}

  /** Returns the words for an {@code endReason} of the API, or an unknown reason itself. */
  static String of(String endReason) {
    return switch (endReason) {
      case "CANCELED" -> "canceled by a user";
      case "JOB_DISABLED" -> "the job was disabled";
      case "JOB_DELETED" -> "the job was deleted";
      case "WORKER_LOST" -> "its workers were lost too often";
      case "NON_RETRYABLE" -> "its worker reported that a retry would fail, too";
      case "OVERLAP" -> "an earlier instance was active";
      case "QUEUE_FULL" -> "too many fires were waiting";
      case "REPLACED" -> "a newer fire replaced it";
      case "BACKFILL_CANCELED" -> "its backfill was canceled";
      case "PARTS_FAILED" -> "too many of its parts failed";
      case "NODES_FAILED" -> "some of its nodes failed";
      case "FLOW_TIMED_OUT" -> "its flow timed out";
      case "NODE_TIMED_OUT" -> "its time after the end of the flow was over";
      case "MISSED" -> "no scheduler ran at its fire time";
      default -> endReason;
    };
  }
}
