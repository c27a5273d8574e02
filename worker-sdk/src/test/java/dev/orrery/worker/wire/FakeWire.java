package dev.orrery.worker.wire;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Transport;
import dev.orrery.protocol.Verb;
import dev.orrery.protocol.message.Problem;
import dev.orrery.worker.core.ManualCore;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Keeps what is asked until a test answers it; what follows from an answer follows at once. */
public final class FakeWire implements Wire {
  private final ManualCore core;
  private final List<Asked<?, ?>> open = new ArrayList<>();
  private final List<Verb<?, ?>> history = new ArrayList<>();
  private Transport transport = Transport.HTTP;
  private boolean closed;

  public FakeWire(ManualCore core) {
    this.core = core;
  }

  @Override
  public Transport transport() {
    return transport;
  }

  /** Says that it is another one, whose messages are smaller. */
  public void be(Transport another) {
    transport = another;
  }

  @Override
  public <Q, A> CompletableFuture<A> ask(
      URI address, Verb<Q, A> verb, Q request, Duration longest) {
    Asked<Q, A> asked =
        new Asked<>(core, address, verb, request, longest, new CompletableFuture<>());
    open.add(asked);
    history.add(verb);
    return asked.future();
  }

  /** The oldest request of this verb that no test has taken yet. */
  @SuppressWarnings("unchecked")
  public <Q, A> Asked<Q, A> take(Verb<Q, A> verb) {
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
  public boolean isAsked(Verb<?, ?> verb) {
    core.run();
    return open.stream().anyMatch(asked -> asked.verb().equals(verb));
  }

  /** How often it was asked, answered or not. */
  public long count(Verb<?, ?> verb) {
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
      Verb<Q, A> verb,
      Q request,
      Duration longest,
      CompletableFuture<A> future) {
    public void answer(A answer) {
      future.complete(answer);
      core.run();
    }

    public void refuse(ErrorCode code) {
      refuse(Problem.of(code, "on purpose", null));
    }

    public void refuse(Problem problem) {
      fail(WireException.refused(problem));
    }

    /** Whether it has arrived is not known to the one who asked. */
    public void lose() {
      fail(WireException.unreachable("on purpose", null));
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
