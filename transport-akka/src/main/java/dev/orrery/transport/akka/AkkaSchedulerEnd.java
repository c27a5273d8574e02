package dev.orrery.transport.akka;

import dev.orrery.protocol.transport.EndpointSettings;
import dev.orrery.protocol.transport.SchedulerEnd;
import dev.orrery.protocol.transport.VerbHandler;
import dev.orrery.transport.akka.artery.ArterySystem;
import dev.orrery.transport.akka.artery.Departures;
import dev.orrery.transport.akka.artery.VerbActor;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicInteger;

/** Listens for workers. */
final class AkkaSchedulerEnd implements SchedulerEnd {
  private static final String SYSTEM = "orrery";

  private final Front front;
  private final Keeper<ArterySystem> keeper;

  private AkkaSchedulerEnd(Front front, Keeper<ArterySystem> keeper) {
    this.front = front;
    this.keeper = keeper;
  }

  static AkkaSchedulerEnd open(EndpointSettings settings, VerbHandler handler) {
    Departures departures = new Departures();
    // The token goes to the scheduler only: a worker verifies whom it dials, we do not.
    Front front = Front.bind(settings, SYSTEM, false, departures::gone);
    AtomicInteger underWay = new AtomicInteger();
    Keeper<ArterySystem> keeper =
        new Keeper<>(
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
      Front front, VerbHandler handler, Departures departures, AtomicInteger underWay) {
    ArterySystem artery = ArterySystem.start(front.setting());
    VerbActor.start(artery, handler, departures, underWay);
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
