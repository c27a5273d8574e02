package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Arrays;
import java.util.List;

/**
 * The response to reports, sent after the verdicts were committed.
 *
 * @param verdicts one for each report, in the order of the request
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ReportResponse(List<Verdict> verdicts) {

  public ReportResponse {
    verdicts = verdicts == null ? List.of() : List.copyOf(verdicts);
  }

  /** The scheduler's verdict on a report. After any verdict the worker is done with the attempt. */
  public enum Verdict {
    ACCEPTED,
    /** The same report was accepted before, and the response was lost. */
    ALREADY_ACCEPTED,
    /** The attempt no longer belongs to this session; nothing changed. */
    STALE;

    /**
     * Parses a verdict. An unknown verdict, from a newer scheduler, counts as {@link #STALE}: it is
     * final, too.
     */
    @JsonCreator
    public static Verdict of(String name) {
      return Arrays.stream(values())
          .filter(verdict -> verdict.name().equals(name))
          .findFirst()
          .orElse(STALE);
    }
  }
}
