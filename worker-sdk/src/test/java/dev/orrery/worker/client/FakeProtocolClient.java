package dev.orrery.worker.client;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.worker.core.ManualCore;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Keeps what is asked until a test answers it; what follows from an answer follows at once. */
public final class FakeProtocolClient implements ProtocolClient {
  private final ManualCore core;
  private final List<Asked<?, ?>> open = new ArrayList<>();
  private final List<WorkerOperation<?, ?>> history = new ArrayList<>();
  private Protocol protocol = Protocol.HTTP;
  private boolean closed;

  public FakeProtocolClient(ManualCore core) {
    this.core = core;
  }

  @Override
  public Protocol protocol() {
    return protocol;
  }

  /** Says that it is another one, whose messages are smaller. */
  public void be(Protocol another) {
    protocol = another;
  }

  @Override
  public <Q, A> CompletableFuture<A> ask(
      URI address, WorkerOperation<Q, A> verb, Q request, Duration longest) {
    Asked<Q, A> asked =
        new Asked<>(core, address, verb, request, longest, new CompletableFuture<>());
    open.add(asked);
    history.add(verb);
    return asked.future();
  }

  /** The oldest request of this verb that no test has taken yet. */
  @SuppressWarnings("unchecked")
  public <Q, A> Asked<Q, A> take(WorkerOperation<Q, A> verb) {
    core.run();
    for (Asked<?, ?> asked : open) {
      if (asked.verb().equals(verb)) {
        open.remove(asked);
        return (Asked<Q, A>) asked;
      }
    }
    throw new AssertionError("Nobody asks " + verb.path() + "; asked are " + open);
  }

  /** Whether a request of this verb waits to be taken. */
  public boolean isAsked(WorkerOperation<?, ?> verb) {
    core.run();
    return open.stream().anyMatch(asked -> asked.verb().equals(verb));
  }

  /** How often it was asked, answered or not. */
  public long count(WorkerOperation<?, ?> verb) {
    return history.stream().filter(verb::equals).count();
  }

  public boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
  }

  /** A request that a test answers. */
  public record Asked<Q, A>(
      ManualCore core,
      URI address,
      WorkerOperation<Q, A> verb,
      Q request,
      Duration longest,
      CompletableFuture<A> future) {
    public void answer(A answer) {
      future.complete(answer);
      core.run();
    }

    public void refuse(ErrorCode code) {
      refuse(ProblemDetail.of(code, "on purpose", null));
    }

    public void refuse(ProblemDetail problem) {
      fail(ProtocolClientException.refused(problem));
    }

    /** Whether it has arrived is not known to the one who asked. */
    public void lose() {
      fail(ProtocolClientException.unreachable("on purpose", null));
    }

    public void fail(Throwable failure) {
      future.completeExceptionally(failure);
      core.run();
    }

    @Override
    public String toString() {
      return verb.path();
    }
  }
}
