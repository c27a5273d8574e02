package dev.orrery.transport.akka;

import dev.orrery.protocol.transport.EndpointSettings;
import dev.orrery.protocol.transport.OperationHandler;
import dev.orrery.protocol.transport.SchedulerEnd;
import dev.orrery.transport.akka.artery.ArterySystem;
import dev.orrery.transport.akka.artery.DisconnectListeners;
import dev.orrery.transport.akka.artery.RequestActor;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicInteger;

/** Listens for workers. */
final class AkkaSchedulerEnd implements SchedulerEnd {
  private static final String SYSTEM = "orrery";

  private final GuardedPort front;
  private final SystemSupervisor<ArterySystem> keeper;

  private AkkaSchedulerEnd(GuardedPort front, SystemSupervisor<ArterySystem> keeper) {
    this.front = front;
    this.keeper = keeper;
  }

  static AkkaSchedulerEnd open(EndpointSettings settings, OperationHandler handler) {
    DisconnectListeners departures = new DisconnectListeners();
    // The token goes to the scheduler only: a worker verifies whom it dials, we do not.
    GuardedPort front = GuardedPort.bind(settings, SYSTEM, false, departures::gone);
    AtomicInteger underWay = new AtomicInteger();
    SystemSupervisor<ArterySystem> keeper =
        new SystemSupervisor<>(
            front.guard(),
            whenUseless -> start(front, handler, departures, underWay),
            system -> system,
            () -> {});
    try {
      keeper.open();
      return new AkkaSchedulerEnd(front, keeper);
    } catch (ClosedChannelException | RuntimeException e) {
      keeper.close();
      front.guard().close();
      throw new IllegalStateException("The protocol akka cannot be started", e);
    }
  }

  /**
   * A quarantine is healed by the worker that it is about: a new system here would cut off all the
   * others, and anybody could call for one.
   */
  private static ArterySystem start(
      GuardedPort front,
      OperationHandler handler,
      DisconnectListeners departures,
      AtomicInteger underWay) {
    ArterySystem artery = ArterySystem.start(front.setting());
    RequestActor.start(artery, handler, departures, underWay);
    return artery;
  }

  /** The system that serves now; for tests. */
  ArterySystem artery() {
    return keeper.current();
  }

  @Override
  public int port() {
    return front.guard().port();
  }

  @Override
  public String address() {
    return "akka://" + SYSTEM + "@" + front.setting().advertisedHost() + ":" + port();
  }

  @Override
  public void close() {
    // First what still has answers to send.
    keeper.close();
    front.guard().close();
  }
}
