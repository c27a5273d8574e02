package dev.orrery.protocol.message;

/**
 * The bounds of messages. A worker stays within them, and the scheduler refuses or cuts a message
 * that exceeds them.
 */
public final class MessageLimits {
  /** The largest message from or to a worker over HTTP; senders cut or split larger ones. */
  public static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

  /**
   * The largest message of a worker that carries neither reports nor lines of logs: a handshake of
   * the longest names, each character written as six bytes, has less.
   */
  public static final int MAX_SHORT_MESSAGE_BYTES = 512 * 1024;

  /** The largest message over akka. */
  public static final int MAX_AKKA_MESSAGE_BYTES = 200 * 1024;

  /** The characters of the id of a session, a UUID. */
  public static final int MAX_SESSION_LENGTH = 36;

  /** The characters of the name of an app, of a worker, and of a tag. */
  public static final int MAX_NAME_LENGTH = 100;

  /** The characters of the name of a processor. */
  public static final int MAX_PROCESSOR_LENGTH = 200;

  /** The most tags, and the most processors, that a worker offers. */
  public static final int MAX_OFFER_ENTRIES = 200;

  /** The characters of the name of a protocol or a dialect. */
  public static final int MAX_OFFER_NAME_LENGTH = 50;

  /** The characters of the version of a worker's software. */
  public static final int MAX_SOFTWARE_VERSION_LENGTH = 100;

  /** The most attempts that one worker runs at once. */
  public static final int MAX_CAPACITY = 500;

  /**
   * The most attempts that a message names as held or handed back. A worker holds up to twice its
   * capacity: attempts that run, and attempts that have ended and are not acknowledged.
   */
  public static final int MAX_HELD = 4 * MAX_CAPACITY;

  /** The most reports in one request. */
  public static final int MAX_REPORTS = 1000;

  /** The bytes of a result that are stored; a longer one is cut. */
  public static final int MAX_RESULT_BYTES = 16 * 1024;

  /** The bytes of an error that are stored; a longer one is cut. */
  public static final int MAX_ERROR_BYTES = 4 * 1024;

  /** The characters of a log line; a longer one is cut. */
  public static final int MAX_LOG_LINE_LENGTH = 16 * 1024;

  /** The characters of the name of a log stream; a longer one is cut. */
  public static final int MAX_LOG_STREAM_LENGTH = 20;

  /** The bytes that a log line takes besides its stream and its text. */
  public static final int LOG_LINE_OVERHEAD = 16;

  /** The most lines of a chunk. */
  public static final int MAX_LOG_CHUNK_LINES = 10_000;

  public static final int MAX_LOG_REQUEST_LINES = 50_000;

  /** The log of an attempt is truncated at this size; see {@link LogsRequest.Line#weight}. */
  public static final int MAX_ATTEMPT_LOG_BYTES = 1024 * 1024;

  /** The most progress updates in one request; the others follow in the next one. */
  public static final int MAX_PROGRESS_UPDATES = 100;

  /** The characters of a progress message; a longer one is cut. */
  public static final int MAX_PROGRESS_LENGTH = 200;

  private MessageLimits() {}
}
