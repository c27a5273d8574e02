package dev.orrery.scheduler.engine.dispatch;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.engine.dispatch.SessionDelivery.Step;
import dev.orrery.scheduler.engine.worker.Capabilities;
import dev.orrery.scheduler.engine.worker.LiveSessions;
import dev.orrery.scheduler.engine.worker.Session;
import dev.orrery.scheduler.http.security.TestWatches;
import dev.orrery.scheduler.http.security.WatchedCall;
import dev.orrery.scheduler.model.job.JobVersionKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Deliveries, polls and assignments for the tests of this package. */
final class Fixtures {
  static final int CAPACITY = 20;
  static final JobVersionKey VERSION = new JobVersionKey(1, 0);
  static final Capabilities CAPABILITIES = new Capabilities(1, List.of("noop"), List.of("gpu"));

  private Fixtures() {}

  static SessionDelivery newDelivery() {
    return newDelivery(LiveSessions.session(CAPABILITIES, CAPACITY, new SettableTicker()));
  }

  /** Makes a delivery whose next steps are left to the test. */
  static SessionDelivery newDelivery(Session session) {
    return new SessionDelivery(session, delivery -> {}, (delivery, poll) -> {});
  }

  /** Makes a verified delivery: the session holds nothing, and no poll is parked. */
  static SessionDelivery verifiedDelivery() {
    SessionDelivery delivery = newDelivery();
    Poll first = arrive(delivery, 0, 0);
    delivery.onRead(first.parked(), held(), delivery.claimEpoch());
    delivery.release(first.parked());
    return delivery;
  }

  /** Makes a verified delivery with a parked poll. */
  static SessionDelivery deliveryWithFree(int free) {
    SessionDelivery delivery = verifiedDelivery();
    arrive(delivery, 1, free);
    return delivery;
  }

  record Poll(ParkedPoll parked, Step step) {
    CompletableFuture<PollResponse> answer() {
      return parked.answer();
    }
  }

  static Poll arrive(SessionDelivery delivery, long sequence, int free, AttemptRef... held) {
    return arrive(
        delivery,
        new PollRequest(
            delivery.session().id().toString(), sequence, free, List.of(held), 25_000, false));
  }

  static Poll arrive(SessionDelivery delivery, PollRequest request) {
    return arrive(delivery, request, TestWatches.trusted());
  }

  static Poll arrive(SessionDelivery delivery, PollRequest request, WatchedCall caller) {
    ParkedPoll parked = new ParkedPoll(request, delivery.session().capacity(), Protocol.HTTP);
    parked.watchedBy(caller);
    return new Poll(parked, delivery.park(parked));
  }

  /** A read that found these attempts, of which the poll names none. */
  static SessionDelivery.Held held(Assignment... found) {
    return new SessionDelivery.Held(
        List.of(found), Stream.of(found).map(Assignment::ref).toList(), true);
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
