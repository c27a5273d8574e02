package dev.orrery.scheduler.cluster;

import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.HintBuffer;
import dev.orrery.scheduler.hint.HintMessage;
import dev.orrery.scheduler.time.Ticker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The way to one other replica: the first hint goes at once, those of the next moment together, and
 * one message at a time, so that nothing piles up before a slow one.
 */
final class ReplicaLink {
  private static final long MOMENT_NANOS = Duration.ofMillis(25).toNanos();

  private final UUID replica;
  private final ReplicaAddress address;
  private final HintBuffer outbox;
  private final Environment environment;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile LinkState reach = LinkState.NOT_YET;
  private volatile long notBefore;

  /**
   * The parts that all links share.
   *
   * @param undelivered is given what could not be told
   */
  record Environment(
      UUID self,
      ClusterClient client,
      Context context,
      Ticker ticker,
      InstantSource clock,
      Undelivered undelivered) {}

  /** Takes a message that the other replica has not taken; called on the event loop. */
  interface Undelivered {
    void take(HintMessage message);
  }

  ReplicaLink(UUID replica, ReplicaAddress address, Environment environment) {
    this.replica = replica;
    this.address = address;
    this.environment = environment;
    this.outbox = new HintBuffer(environment.self());
    this.notBefore = environment.ticker().nanos();
  }

  ReplicaAddress address() {
    return address;
  }

  LinkState reach() {
    return reach;
  }

  /** Says hello; what comes of it is seen by {@link #reach}. */
  Future<Void> hello(ReplicaHello own) {
    return environment
        .client()
        .call(address, ClusterOperation.HELLO, own.json())
        .map(
            answer -> {
              ReplicaHello other = ReplicaHello.read(answer).orElse(null);
              if (other == null || !other.replica().equals(replica)) {
                throw new CallFailedException(LinkState.State.ADDRESS_TAKEN);
              }
              return (Void) null;
            })
        .onSuccess(
            done -> reach = new LinkState(LinkState.State.REACHED, environment.clock().instant()))
        .onFailure(this::failed);
  }

  void tell(Hint hint) {
    if (reach.isReached() && outbox.add(hint)) {
      send();
    }
  }

  private void send() {
    if (busy.compareAndSet(false, true)) {
      environment.context().runOnContext(now -> sendAfterMoment());
    }
  }

  private void sendAfterMoment() {
    long wait = (notBefore - environment.ticker().nanos() + 999_999) / 1_000_000;
    if (wait > 0) {
      environment.context().owner().setTimer(wait, timer -> sendNow());
    } else {
      sendNow();
    }
  }

  private void sendNow() {
    HintMessage message = outbox.take();
    if (message == null) {
      free();
      return;
    }
    notBefore = environment.ticker().nanos() + MOMENT_NANOS;
    post(ClusterOperation.CANCEL, message.cancelsOnly())
        .compose(done -> post(ClusterOperation.HINT, message.withoutCancels()))
        .onFailure(
            failure -> {
              failed(failure);
              environment.undelivered().take(message);
            })
        .onComplete(done -> free());
  }

  private Future<String> post(ClusterOperation verb, HintMessage part) {
    return part.isEmpty()
        ? Future.succeededFuture()
        : environment.client().call(address, verb, part.payload());
  }

  private void free() {
    busy.set(false);
    // What came between the take and now has found the link busy.
    if (outbox.hasAny()) {
      send();
    }
  }

  private void failed(Throwable failure) {
    reach = reach.failed(CallFailedException.stateOf(failure));
  }
}
