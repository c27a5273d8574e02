package dev.orrery.scheduler.base.problem;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonMappingException;

/**
 * Thrown while parsing a request if a list, or its lists of one name together, have too many
 * entries.
 */
public final class TooManyEntriesException extends JsonMappingException {
  private static final long serialVersionUID = 1L;

  private TooManyEntriesException(JsonParser json, String message) {
    super(json, message);
  }

  /** Returns the error for one list with more than {@code max} entries. */
  public static TooManyEntriesException ofList(JsonParser json, int max) {
    return new TooManyEntriesException(json, "must have at most " + max + " entries.");
  }

  /** Returns the error for the lists of one name with more than {@code max} entries together. */
  public static TooManyEntriesException ofRequest(JsonParser json, int max) {
    return new TooManyEntriesException(
        json, "and the lists of this name before it must have at most " + max + " entries.");
  }
}
