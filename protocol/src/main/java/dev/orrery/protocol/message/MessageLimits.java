package dev.orrery.protocol.message;

/**
 * The bounds of messages. Both sides keep them: a worker stays within them, and the scheduler
 * refuses or cuts what exceeds them.
 */
public final class MessageLimits {
  /** The largest message of a worker or to a worker over HTTP; senders cut or split. */
  public static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

  /** The same over akka. */
  public static final int MAX_AKKA_MESSAGE_BYTES = 200 * 1024;

  /** The most tags, and the most processors, that a worker offers. */
  public static final int MAX_OFFER_ENTRIES = 200;

  /** The characters of the name of a protocol or a dialect. */
  public static final int MAX_OFFER_NAME_LENGTH = 50;

  /** The characters of the version of a worker's software. */
  public static final int MAX_SOFTWARE_VERSION_LENGTH = 100;

  /** The most attempts that one worker runs at once. */
  public static final int MAX_CAPACITY = 500;

  /** The most reports in one request. */
  public static final int MAX_REPORTS = 1000;

  /** The bytes of a result that are stored; a longer one is cut. */
  public static final int MAX_RESULT_BYTES = 16 * 1024;

  /** The bytes of an error that are stored; a longer one is cut. */
  public static final int MAX_ERROR_BYTES = 4 * 1024;

  /** The characters of a log line; a longer one is cut. */
  public static final int MAX_LOG_LINE_LENGTH = 16 * 1024;

  /** The log of an attempt ends here. */
  public static final int MAX_ATTEMPT_LOG_BYTES = 1024 * 1024;

  /** The most progress updates in one request; the others follow in the next one. */
  public static final int MAX_PROGRESS_UPDATES = 100;

  /** The characters of a progress message; a longer one is cut. */
  public static final int MAX_PROGRESS_LENGTH = 200;

  private MessageLimits() {}
}
