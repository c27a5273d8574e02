package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * The response to log lines, sent after they were committed.
 *
 * @param accepted one entry for each attempt of the request
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record LogsResponse(List<Accepted> accepted) {

  public LogsResponse {
    accepted = accepted == null ? List.of() : List.copyOf(accepted);
  }

  /**
   * The position up to which the lines of an attempt are stored.
   *
   * @param upTo the number of the last line that need not be sent again. Lines of an attempt that
   *     no longer belongs to the session are accepted and dropped, so that the worker stops sending
   *     them
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Accepted(
      @JsonFormat(shape = JsonFormat.Shape.STRING) long instance, int attempt, int upTo) {}
}
