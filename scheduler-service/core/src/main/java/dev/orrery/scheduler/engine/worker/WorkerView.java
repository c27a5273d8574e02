package dev.orrery.scheduler.engine.worker;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.message.MessageLimits;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A live session as the API shows it. */
@Schema(name = "Worker", description = "A live session of a worker.")
@RegisterForReflection
public record WorkerView(
    @Schema(description = "Name of the worker; need not be unique.") String name,
    @Schema(description = "Distinguishes sessions; not the session's secret id.") String session,
    @Schema(description = "Name of the app that it works for.") String app,
    @Schema(description = "The protocol and version that both sides use.") AgreementView agreement,
    @Schema(description = "Version of the worker's software.") String softwareVersion,
    @Schema(description = "Tags of the worker.") List<String> tags,
    @Schema(description = "Processors that it offers: noop, shell, http, java:NAME.")
        List<String> processors,
    @Schema(
            description = "Number of attempts that it runs at once.",
            minimum = "1",
            maximum = "" + MessageLimits.MAX_CAPACITY)
        int capacity,
    @Schema(description = "Number of attempts that it held at its last renewal.", minimum = "0")
        int held,
    @Schema(description = "True if it takes no new attempts.") boolean draining,
    @Schema(description = "When the session began.") Instant connectedAt,
    @Schema(
            description =
                "Time until the session expires unless it is renewed; PT0S if it is about to end.")
        Duration leaseRemaining,
    @Schema(description = "What differs on the replica that answers; a difference is not a fault.")
        SkewView skew) {

  @Schema(name = "Agreement", description = "The protocol and version that both sides use.")
  @RegisterForReflection
  public record AgreementView(
      @Schema(description = "The protocol.") String protocol,
      @Schema(description = "The format of the messages.") String dialect,
      @Schema(description = "The version of the worker API.", minimum = "1") int version) {}

  /** The difference between the releases of worker and replica. */
  @Schema(
      name = "VersionSkew",
      description = "The difference between the releases of worker and replica.")
  @RegisterForReflection
  public record SkewView(
      @Schema(description = "True if the versions of their software differ.")
          boolean softwareVersion,
      @Schema(
              description =
                  "True if the replica speaks a higher version of the worker API than was agreed.")
          boolean version) {}

  /**
   * Returns a copy with the comparison to a replica. PowerJob workers have releases of their own.
   *
   * @param itsSoftwareVersion of the replica
   * @param highestVersion the highest version of the protocol that the replica supports
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
            agreement.dialect.equals(Dialect.ORRERY.canonicalName())
                && !softwareVersion.equals(itsSoftwareVersion),
            agreement.version < highestVersion));
  }

  String cursor() {
    return name + " " + session;
  }
}
