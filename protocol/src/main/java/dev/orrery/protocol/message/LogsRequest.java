package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Delivers log lines of attempts. Sending a chunk again is harmless.
 *
 * @param session of the handshake
 * @param chunks in any order, but in sequence within an attempt; at most {@value
 *     MessageLimits#MAX_LOG_REQUEST_LINES} lines in total
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record LogsRequest(
    @Bounded(max = MessageLimits.MAX_SESSION_LENGTH) String session,
    @Bounded(max = MessageLimits.MAX_LOG_REQUEST_LINES) List<Chunk> chunks) {

  public LogsRequest {
    chunks = chunks == null ? List.of() : List.copyOf(chunks);
  }

  /**
   * Consecutive lines of one attempt.
   *
   * @param instance 63 bits, a string of digits in JSON
   * @param attempt from 1
   * @param sequence the number of the first line, from 0 in each attempt; the other lines are
   *     numbered from there. Retransmissions keep the numbers of the lines and the lines of the
   *     chunk
   * @param lines at least one, at most {@value MessageLimits#MAX_LOG_CHUNK_LINES}
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Chunk(
      @JsonFormat(shape = JsonFormat.Shape.STRING) long instance,
      int attempt,
      int sequence,
      @Bounded(max = MessageLimits.MAX_LOG_CHUNK_LINES, total = MessageLimits.MAX_LOG_REQUEST_LINES)
          List<Line> lines) {

    public Chunk {
      lines = lines == null ? List.of() : List.copyOf(lines);
    }

    public AttemptRef ref() {
      return new AttemptRef(instance, attempt);
    }
  }

  /**
   * A log line.
   *
   * @param ageMillis milliseconds since the line was written, at the moment of sending
   * @param stream {@code stdout}, {@code stderr} or {@code orrery} (lines of the worker itself);
   *     cut to {@value MessageLimits#MAX_LOG_STREAM_LENGTH} characters
   * @param text without line end
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Line(
      @JsonProperty("age") long ageMillis,
      @Bounded(max = MessageLimits.MAX_LOG_STREAM_LENGTH, excess = Bounded.Excess.CUT)
          String stream,
      @Bounded(max = MessageLimits.MAX_LOG_LINE_LENGTH, excess = Bounded.Excess.CUT) String text) {

    /**
     * Returns the approximate size in bytes, which counts towards the log bounds. Both arguments
     * may be null.
     */
    public static int weight(String stream, String text) {
      return MessageLimits.LOG_LINE_OVERHEAD
          + (stream == null ? 0 : stream.length())
          + (text == null ? 0 : text.length());
    }
  }
}
