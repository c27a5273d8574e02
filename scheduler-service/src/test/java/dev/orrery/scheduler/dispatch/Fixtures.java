package dev.orrery.scheduler.dispatch;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.scheduler.dispatch.SessionDelivery.Arrival;
import dev.orrery.scheduler.time.SettableTicker;
import dev.orrery.scheduler.worker.LiveSessions;
import dev.orrery.scheduler.worker.Session.Skills;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Desks, polls and assignments for the tests of this package. */
final class Fixtures {
  static final int CAPACITY = 20;
  static final Skills SKILLS = new Skills(1, List.of("noop"), List.of("gpu"));

  private Fixtures() {}

  static SessionDelivery newDesk() {
    return new SessionDelivery(LiveSessions.session(SKILLS, CAPACITY, new SettableTicker()));
  }

  /** A desk whose doubts were resolved: the session holds nothing, and no poll is parked. */
  static SessionDelivery deskWithoutDoubt() {
    SessionDelivery desk = newDesk();
    Poll first = arrive(desk, 0, 0);
    desk.resolve(first.parked(), List.of(), desk.doubts());
    desk.release(first.parked());
    return desk;
  }

  /** A desk with a parked poll that wants work. */
  static SessionDelivery deskThatWants(int free) {
    SessionDelivery desk = deskWithoutDoubt();
    arrive(desk, 1, free);
    return desk;
  }

  record Poll(ParkedPoll parked, Arrival arrival) {
    CompletableFuture<PollResponse> answer() {
      return parked.answer();
    }
  }

  static Poll arrive(SessionDelivery desk, long sequence, int free, AttemptRef... held) {
    return arrive(
        desk,
        new PollRequest(
            desk.session().id().toString(), sequence, free, List.of(held), 25_000, false));
  }

  static Poll arrive(SessionDelivery desk, PollRequest request) {
    ParkedPoll parked = new ParkedPoll(request, desk.session().capacity(), Protocol.HTTP);
    return new Poll(parked, desk.arrive(parked));
  }

  static AttemptRef ref(long instance) {
    return new AttemptRef(instance, 1);
  }

  static Assignment assignment(long instance) {
    return assignment(instance, Map.of());
  }

  static Assignment assignment(long instance, Map<String, String> parameters) {
    return new Assignment(
        instance, 1, "j", 1, new ProcessorSpec.Noop(null), parameters, null, null);
  }
}
