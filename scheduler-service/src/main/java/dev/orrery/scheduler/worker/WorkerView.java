package dev.orrery.scheduler.worker;

import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A live session as the API shows it.
 *
 * @param session tells sessions apart; made from the session's id, which itself is a secret
 * @param held how many attempts it had at its last renewal
 * @param leaseRemaining milliseconds; 0 means that it is about to be ended
 */
@Schema(name = "Worker")
public record WorkerView(
    String name,
    String session,
    String app,
    AgreementView agreement,
    String software,
    List<String> tags,
    List<String> processors,
    int capacity,
    int held,
    boolean draining,
    Instant since,
    long leaseRemaining) {

  /** What both sides speak. */
  public record AgreementView(String protocol, String dialect, int version) {}

  /** The place of this session in lists. */
  String cursor() {
    return name + " " + session;
  }
}
