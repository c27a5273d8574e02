package dev.orrery.scheduler.http.connection;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.AsyncResult;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class InFlightRequestsTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(20);

  private final InFlightRequests inFlight = new InFlightRequests();

  @Test
  void returnsImmediatelyWithoutRequestsInFlight() throws Exception {
    assertThat(inFlight.awaitNone(Duration.ZERO)).isZero();
  }

  @Test
  void countsRequestUntilBodyIsSent() throws Exception {
    Request request = new Request();
    inFlight.begin(request.context());
    assertThat(inFlight.awaitNone(SHORT)).isOne();

    request.bodyEnds();

    assertThat(inFlight.awaitNone(Duration.ZERO)).isZero();
  }

  @Test
  void endsRequestOnBrokenConnection() throws Exception {
    Request request = new Request();
    inFlight.begin(request.context());

    request.ends();

    assertThat(inFlight.awaitNone(Duration.ZERO)).isZero();
  }

  @Test
  void endsRequestOnlyOnce() throws Exception {
    Request one = new Request();
    Request other = new Request();
    inFlight.begin(one.context());
    inFlight.begin(other.context());

    one.bodyEnds();
    one.ends();

    assertThat(inFlight.awaitNone(SHORT)).isOne();
    other.ends();
    assertThat(inFlight.awaitNone(Duration.ZERO)).isZero();
  }

  @Test
  void endsWaitWhenLastRequestEnds() throws Exception {
    Request request = new Request();
    inFlight.begin(request.context());
    CompletableFuture<Integer> left =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return inFlight.awaitNone(LONG);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });

    request.bodyEnds();

    assertThat(left.get(10, SECONDS)).isZero();
  }

  /** A context that only remembers who wants to hear of its end. */
  private static final class Request {
    private final List<Handler<Void>> whenBodyEnds = new ArrayList<>();
    private final List<Handler<AsyncResult<Void>>> whenEnded = new ArrayList<>();

    @SuppressWarnings("unchecked")
    RoutingContext context() {
      return (RoutingContext)
          Proxy.newProxyInstance(
              RoutingContext.class.getClassLoader(),
              new Class<?>[] {RoutingContext.class},
              (proxy, method, arguments) -> {
                switch (method.getName()) {
                  case "addBodyEndHandler" -> whenBodyEnds.add((Handler<Void>) arguments[0]);
                  case "addEndHandler" -> whenEnded.add((Handler<AsyncResult<Void>>) arguments[0]);
                  default -> throw new UnsupportedOperationException(method.getName());
                }
                return 0;
              });
    }

    void bodyEnds() {
      whenBodyEnds.forEach(handler -> handler.handle(null));
    }

    void ends() {
      whenEnded.forEach(handler -> handler.handle(null));
    }
  }
}
