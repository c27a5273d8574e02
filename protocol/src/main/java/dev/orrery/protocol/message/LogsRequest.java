package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Lines that attempts wrote. Sending a chunk again is harmless.
 *
 * @param session of the handshake
 * @param chunks in any order; chunks of one attempt in the order of their sequence. They have at
 *     most {@value MessageLimits#MAX_LOG_REQUEST_LINES} lines together
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
   * @param sequence the number of the first line, from 0 in each attempt; the others follow it. A
   *     line keeps its number, and a chunk its lines, when it is sent again
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
   * One line.
   *
   * @param ageMillis milliseconds since the line was written, at the moment of sending
   * @param stream {@code stdout}, {@code stderr} or {@code orrery} (lines of the worker itself); a
   *     name of more than {@value MessageLimits#MAX_LOG_STREAM_LENGTH} characters is cut
   * @param text without line end
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Line(
      @JsonProperty("age") long ageMillis,
      @Bounded(max = MessageLimits.MAX_LOG_STREAM_LENGTH, excess = Bounded.Excess.CUT)
          String stream,
      @Bounded(max = MessageLimits.MAX_LOG_LINE_LENGTH, excess = Bounded.Excess.CUT) String text) {

    /**
     * Returns the approximate bytes of a line, which count towards the bounds of logs. Both may be
     * null.
     */
    public static int weight(String stream, String text) {
      return MessageLimits.LOG_LINE_OVERHEAD
          + (stream == null ? 0 : stream.length())
          + (text == null ? 0 : text.length());
    }
  }
}
