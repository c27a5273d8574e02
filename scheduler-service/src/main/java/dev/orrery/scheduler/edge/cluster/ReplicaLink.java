package dev.orrery.scheduler.edge.cluster;

import dev.orrery.scheduler.base.database.ServerIdentity;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBuffer;
import dev.orrery.scheduler.base.hint.HintMessage;
import dev.orrery.scheduler.base.time.Ticker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Sends hints and hellos to the cluster port of one other replica. It sends the first hint
 * immediately, and collects the hints of the next 25 ms. Only one message is in flight, so that
 * messages do not pile up for a slow replica.
 */
final class ReplicaLink {
  private final UUID replica;
  private final ReplicaAddress address;
  private final HintBuffer buffer;
  private final Environment environment;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile LinkState linkState = LinkState.NOT_YET;
  private volatile long notBefore;

  /**
   * The parts that all links share.
   *
   * @param undelivered receives messages that could not be delivered
   * @param onDatabase receives the server of the database that another replica uses
   */
  record Environment(
      UUID self,
      ClusterClient client,
      Context context,
      Ticker ticker,
      InstantSource clock,
      Undelivered undelivered,
      Consumer<ServerIdentity> onDatabase) {

    void received(ReplicaHello other) {
      if (other.database() != null) {
        onDatabase.accept(other.database());
      }
    }
  }

  /** Receives a message that the other replica did not accept; called on the event loop. */
  interface Undelivered {
    void accept(HintMessage message);
  }

  ReplicaLink(UUID replica, ReplicaAddress address, Environment environment) {
    this.replica = replica;
    this.address = address;
    this.environment = environment;
    this.buffer = new HintBuffer(environment.self());
    this.notBefore = environment.ticker().nanos();
  }

  LinkState linkState() {
    return linkState;
  }

  /** Sends a hello; {@link #linkState} shows the result. */
  Future<Void> hello(ReplicaHello own) {
    return environment
        .client()
        .call(address, ClusterOperation.HELLO, own.json())
        .map(
            answer -> {
              ReplicaHello other = ReplicaHello.read(answer).orElse(null);
              if (other == null || !other.replica().equals(replica)) {
                throw new ClusterClient.CallFailedException(LinkState.State.ADDRESS_TAKEN);
              }
              environment.received(other);
              return (Void) null;
            })
        .onSuccess(
            done ->
                linkState = new LinkState(LinkState.State.REACHED, environment.clock().instant()))
        .onFailure(this::failed);
  }

  void send(Hint hint) {
    if (linkState.isReached() && buffer.add(hint)) {
      startSending();
    }
  }

  private void startSending() {
    if (busy.compareAndSet(false, true)) {
      environment.context().runOnContext(now -> sendAfterPause());
    }
  }

  private void sendAfterPause() {
    long wait = (notBefore - environment.ticker().nanos() + 999_999) / 1_000_000;
    if (wait > 0) {
      environment.context().owner().setTimer(wait, timer -> sendNow());
    } else {
      sendNow();
    }
  }

  private void sendNow() {
    HintMessage message = buffer.take();
    if (message == null) {
      free();
      return;
    }
    notBefore = environment.ticker().nanos() + HintBuffer.COLLECT_TIME.toNanos();
    post(ClusterOperation.CANCEL, message.cancelsOnly())
        .compose(done -> post(ClusterOperation.HINT, message.withoutCancels()))
        .onFailure(
            failure -> {
              failed(failure);
              environment.undelivered().accept(message);
            })
        .onComplete(done -> free());
  }

  private Future<String> post(ClusterOperation operation, HintMessage part) {
    return part.isEmpty()
        ? Future.succeededFuture()
        : environment.client().call(address, operation, part.payload());
  }

  private void free() {
    busy.set(false);
    // Hints that arrived after take() found the link busy.
    if (buffer.hasAny()) {
      startSending();
    }
  }

  private void failed(Throwable failure) {
    linkState = linkState.failed(ClusterClient.CallFailedException.stateOf(failure));
  }
}
