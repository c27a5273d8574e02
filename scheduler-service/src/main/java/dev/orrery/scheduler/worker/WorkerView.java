package dev.orrery.scheduler.worker;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A live session as the API shows it.
 *
 * @param session distinguishes sessions; derived from the session's id, which itself is a secret
 * @param held how many attempts it had at its last renewal
 * @param leaseRemaining zero if it is about to be ended
 * @param skew what is not the same on the replica that answers; nothing is wrong with that
 */
@Schema(name = "Worker")
@RegisterForReflection
public record WorkerView(
    String name,
    String session,
    String app,
    AgreementView agreement,
    String softwareVersion,
    List<String> tags,
    List<String> processors,
    int capacity,
    int held,
    boolean draining,
    Instant connectedAt,
    Duration leaseRemaining,
    SkewView skew) {

  /** The protocol and version that both sides use. */
  @RegisterForReflection
  public record AgreementView(String protocol, String dialect, int version) {}

  /**
   * The difference between the releases of worker and replica.
   *
   * @param softwareVersion whether its software is of another version
   * @param version whether a higher protocol version is spoken here than was agreed
   */
  @RegisterForReflection
  public record SkewView(boolean softwareVersion, boolean version) {}

  /**
   * The same, compared with a replica.
   *
   * @param itsSoftwareVersion of the replica
   * @param highestVersion of the protocol that the replica speaks
   */
  public WorkerView comparedWith(String itsSoftwareVersion, int highestVersion) {
    return new WorkerView(
        name,
        session,
        app,
        agreement,
        softwareVersion,
        tags,
        processors,
        capacity,
        held,
        draining,
        connectedAt,
        leaseRemaining,
        new SkewView(
            !softwareVersion.equals(itsSoftwareVersion), agreement.version < highestVersion));
  }

  /** The place of this session in lists. */
  String cursor() {
    return name + " " + session;
  }
}
