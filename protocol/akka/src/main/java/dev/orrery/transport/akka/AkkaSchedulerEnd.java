package dev.orrery.transport.akka;

import dev.orrery.protocol.transport.EndpointSettings;
import dev.orrery.protocol.transport.OperationHandler;
import dev.orrery.protocol.transport.SchedulerEnd;
import dev.orrery.transport.akka.artery.ArterySystem;
import dev.orrery.transport.akka.artery.RequestActor;
import dev.orrery.transport.akka.artery.RequestsInFlight;
import java.nio.channels.ClosedChannelException;

/**
 * The scheduler's side of the transport {@code akka}: receives requests from workers and sends the
 * responses.
 */
final class AkkaSchedulerEnd implements SchedulerEnd {
  private static final String SYSTEM = "orrery";

  /** The maximum requests in flight. This includes parked polls, one per session. */
  private static final int MAX_IN_FLIGHT = 20_000;

  private final GuardedPort guardedPort;
  private final SystemSupervisor<ArterySystem> supervisor;

  private AkkaSchedulerEnd(GuardedPort guardedPort, SystemSupervisor<ArterySystem> supervisor) {
    this.guardedPort = guardedPort;
    this.supervisor = supervisor;
  }

  static AkkaSchedulerEnd open(EndpointSettings settings, OperationHandler handler) {
    RequestsInFlight inFlight = new RequestsInFlight(MAX_IN_FLIGHT);
    // Only workers send tokens, so only a worker verifies the host that it dials.
    GuardedPort guardedPort =
        GuardedPort.ofOrrery(settings, SYSTEM, false, inFlight::onDisconnected);
    SystemSupervisor<ArterySystem> supervisor =
        new SystemSupervisor<>(
            guardedPort.proxy(),
            onUnusable -> start(guardedPort, handler, inFlight),
            system -> system,
            () -> {});
    try {
      supervisor.open();
      return new AkkaSchedulerEnd(guardedPort, supervisor);
    } catch (ClosedChannelException | RuntimeException e) {
      supervisor.close();
      guardedPort.proxy().close();
      throw new IllegalStateException("Failed to start the protocol akka", e);
    }
  }

  /**
   * Starts a system that does not react to a quarantine, because the worker ends it with a new
   * system. A new system here would disconnect all other workers, and any peer could provoke that.
   */
  private static ArterySystem start(
      GuardedPort guardedPort, OperationHandler handler, RequestsInFlight inFlight) {
    ArterySystem artery = ArterySystem.start(guardedPort.setting());
    RequestActor.start(artery, handler, inFlight, guardedPort.proxy()::onProven);
    return artery;
  }

  /** For tests. */
  ArterySystem artery() {
    return supervisor.current();
  }

  @Override
  public boolean isResponding() {
    return supervisor.isResponding();
  }

  @Override
  public long replacements() {
    return supervisor.replacements();
  }

  @Override
  public int port() {
    return guardedPort.proxy().port();
  }

  @Override
  public String address() {
    return "akka://" + SYSTEM + "@" + guardedPort.setting().advertisedHost() + ":" + port();
  }

  @Override
  public void close() {
    // The supervisor is closed first, because the actor system may have responses to send.
    supervisor.close();
    guardedPort.proxy().close();
  }
}
