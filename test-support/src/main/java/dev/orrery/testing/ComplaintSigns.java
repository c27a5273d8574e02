package dev.orrery.testing;

import java.util.List;

/** What the scheduler logs when it finds that one of its own rules is broken. */
public final class ComplaintSigns {
  /** Parts of messages, each of a source of the scheduler. */
  public static final List<String> OF_THE_SCHEDULER =
      List.of(
          "had no live session; they were requeued",
          "had no run and no next fire",
          "fire times had an instance already",
          "instances instead of",
          "outcomes of",
          "Nothing overlaps");

  /** Parts of messages of the virtual machine and of the database. */
  public static final List<String> OF_OTHERS = List.of("OutOfMemoryError", "deadlock detected");

  private ComplaintSigns() {}

  /** Whether a message, or a line of a log, is a complaint. */
  public static boolean in(String message) {
    return OF_THE_SCHEDULER.stream().anyMatch(message::contains)
        || OF_OTHERS.stream().anyMatch(message::contains);
  }
}
