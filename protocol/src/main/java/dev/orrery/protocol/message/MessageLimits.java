package dev.orrery.protocol.message;

/**
 * The maximum sizes of messages and of their fields. A worker stays within them; the scheduler
 * refuses or cuts what is larger.
 */
public final class MessageLimits {
  /** The largest message from or to a worker over HTTP; senders cut or split larger ones. */
  public static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

  /**
   * The largest worker message without reports and log lines. It holds a handshake with names of
   * maximum length, six bytes per character.
   */
  public static final int MAX_SHORT_MESSAGE_BYTES = 512 * 1024;

  /** The largest message over akka. */
  public static final int MAX_AKKA_MESSAGE_BYTES = 200 * 1024;

  /** The largest message over PowerJob's MU, which allows 64 MiB. */
  public static final int MAX_MU_MESSAGE_BYTES = 1024 * 1024;

  /** The length of a session id, a UUID. */
  public static final int MAX_SESSION_LENGTH = 36;

  /** The maximum characters of an app name, a worker name and a tag. */
  public static final int MAX_NAME_LENGTH = 100;

  /** The maximum characters of a processor name. */
  public static final int MAX_PROCESSOR_LENGTH = 200;

  /** The maximum tags, and the maximum processors, of an offer. */
  public static final int MAX_OFFER_ENTRIES = 200;

  /** The maximum characters of a protocol or dialect name. */
  public static final int MAX_OFFER_NAME_LENGTH = 50;

  /** The maximum characters of a worker's software version. */
  public static final int MAX_SOFTWARE_VERSION_LENGTH = 100;

  /** The maximum attempts that a worker runs at once. */
  public static final int MAX_CAPACITY = 500;

  /**
   * The maximum attempts that a message names as held or handed back. A worker holds up to twice
   * its capacity: running attempts, and ended attempts without an acknowledged report.
   */
  public static final int MAX_HELD = 4 * MAX_CAPACITY;

  public static final int MAX_REPORTS = 1000;

  /** The maximum bytes of a stored result; a longer one is cut. */
  public static final int MAX_RESULT_BYTES = 16 * 1024;

  /** The maximum bytes of a stored error; a longer one is cut. */
  public static final int MAX_ERROR_BYTES = 4 * 1024;

  /** The maximum characters of a log line; a longer one is cut. */
  public static final int MAX_LOG_LINE_LENGTH = 16 * 1024;

  /** The maximum characters of a log stream name; a longer one is cut. */
  public static final int MAX_LOG_STREAM_LENGTH = 20;

  /** The bytes of a log line besides its stream and text. */
  public static final int LOG_LINE_OVERHEAD = 16;

  public static final int MAX_LOG_CHUNK_LINES = 10_000;

  public static final int MAX_LOG_REQUEST_LINES = 50_000;

  /** The size at which the log of an attempt is truncated; see {@link LogsRequest.Line#weight}. */
  public static final int MAX_ATTEMPT_LOG_BYTES = 1024 * 1024;

  /** The maximum progress updates of a request; the rest follows in the next request. */
  public static final int MAX_PROGRESS_UPDATES = 100;

  /** The maximum characters of a progress message; a longer one is cut. */
  public static final int MAX_PROGRESS_LENGTH = 200;

  private MessageLimits() {}
}
