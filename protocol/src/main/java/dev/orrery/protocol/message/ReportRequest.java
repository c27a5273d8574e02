package dev.orrery.protocol.message;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * Reports how attempts ended.
 *
 * @param session of the handshake
 * @param reports at most {@value MessageLimits#MAX_REPORTS}; each is accepted or rejected on its
 *     own
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ReportRequest(
    @Bounded(max = MessageLimits.MAX_SESSION_LENGTH) String session,
    @Bounded(max = MessageLimits.MAX_REPORTS) List<AttemptReport> reports) {

  public ReportRequest {
    reports = reports == null ? List.of() : List.copyOf(reports);
  }
}
