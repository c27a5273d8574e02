package dev.orrery.scheduler.worker;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A live session as the API shows it.
 *
 * @param session tells sessions apart; made from the session's id, which itself is a secret
 * @param held how many attempts it had at its last renewal
 * @param leaseRemaining milliseconds; 0 means that it is about to be ended
 * @param skew what is not the same on the replica that answers; nothing is wrong with that
 */
@Schema(name = "Worker")
@RegisterForReflection
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
    long leaseRemaining,
    SkewView skew) {

  /** The protocol and version that both sides use. */
  @RegisterForReflection
  public record AgreementView(String protocol, String dialect, int version) {}

  /**
   * The difference between the releases of worker and replica.
   *
   * @param software whether its software is of another version
   * @param version whether a higher protocol version is spoken here than was agreed
   */
  @RegisterForReflection
  public record SkewView(boolean software, boolean version) {}

  /**
   * The same, compared with a replica.
   *
   * @param itsSoftware of the replica
   * @param highestVersion of the protocol that the replica speaks
   */
  public WorkerView comparedWith(String itsSoftware, int highestVersion) {
    return new WorkerView(
        name,
        session,
        app,
        agreement,
        software,
        tags,
        processors,
        capacity,
        held,
        draining,
        since,
        leaseRemaining,
        new SkewView(!software.equals(itsSoftware), agreement.version < highestVersion));
  }

  /** The place of this session in lists. */
  String cursor() {
    return name + " " + session;
  }
}
