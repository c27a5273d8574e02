package dev.orrery.worker.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.worker.core.ManualEventLoop;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Holds requests until the test answers them; an answer takes effect at once. */
public final class FakeProtocolClient implements ProtocolClient {
  private static final Duration BATCHING_DELAY = Duration.ofMillis(5);

  private final ManualEventLoop loop;
  private final List<Asked<?, ?>> open = new ArrayList<>();
  private final List<WorkerOperation<?, ?>> history = new ArrayList<>();
  private Protocol protocol = Protocol.HTTP;
  private boolean closed;

  public FakeProtocolClient(ManualEventLoop loop) {
    this.loop = loop;
  }

  @Override
  public Protocol protocol() {
    return protocol;
  }

  /** Acts as a client of another protocol, with smaller messages. */
  public void be(Protocol another) {
    protocol = another;
  }

  @Override
  public <Q, A> CompletableFuture<A> ask(
      URI address, WorkerOperation<Q, A> operation, Q request, Duration longest) {
    Asked<Q, A> asked =
        new Asked<>(loop, address, operation, request, longest, new CompletableFuture<>());
    open.add(asked);
    history.add(operation);
    return asked.future();
  }

  /**
   * Returns the oldest request of this operation that the test has not taken yet. Lets the time
   * pass after which a worker with little room polls.
   */
  @SuppressWarnings("unchecked")
  public <Q, A> Asked<Q, A> take(WorkerOperation<Q, A> operation) {
    if (!isAsked(operation)) {
      loop.pass(BATCHING_DELAY);
    }
    for (Asked<?, ?> asked : open) {
      if (asked.operation().equals(operation)) {
        open.remove(asked);
        return (Asked<Q, A>) asked;
      }
    }
    throw new AssertionError("Nobody asks " + operation.path() + "; asked are " + open);
  }

  /** Lets the time pass, at the end of which the worker may ask, but not before. */
  public void passInSilence(WorkerOperation<?, ?> operation, Duration time) {
    loop.pass(time.minusNanos(1));
    assertThat(isAsked(operation)).isFalse();
    loop.pass(Duration.ofNanos(1));
  }

  /** Returns true if a request of this operation waits to be taken. */
  public boolean isAsked(WorkerOperation<?, ?> operation) {
    loop.run();
    return open.stream().anyMatch(asked -> asked.operation().equals(operation));
  }

  public long count(WorkerOperation<?, ?> operation) {
    return history.stream().filter(operation::equals).count();
  }

  public boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
  }

  /** A request that the test answers. */
  public record Asked<Q, A>(
      ManualEventLoop loop,
      URI address,
      WorkerOperation<Q, A> operation,
      Q request,
      Duration longest,
      CompletableFuture<A> future) {
    public void answer(A response) {
      future.complete(response);
      loop.run();
    }

    public void refuse(ErrorCode code) {
      refuse(ProblemDetail.of(code, "on purpose", null));
    }

    public void refuse(ProblemDetail problem) {
      fail(ProtocolClientException.refused(problem));
    }

    /** Fails the request so that the caller does not know whether it arrived. */
    public void lose() {
      fail(ProtocolClientException.unreachable("on purpose", null));
    }

    public void fail(Throwable failure) {
      future.completeExceptionally(failure);
      loop.run();
    }

    @Override
    public String toString() {
      return operation.path();
    }
  }
}
