package dev.orrery.scheduler.http.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.lifecycle.GracefulShutdown;
import dev.orrery.scheduler.base.lifecycle.Times;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeepAliveCloserTest {
  private final GracefulShutdown shutdown = Times.leaving(Duration.ZERO);
  private final KeepAliveCloser connections = new KeepAliveCloser(shutdown);
  private final List<String> happened = new ArrayList<>();

  @Test
  void omitsConnectionHeaderDuringNormalOperation() {
    Client client = new Client("a", HttpVersion.HTTP_1_1);

    client.asks();
    client.isAnswered();

    assertThat(happened).isEmpty();
  }

  @Test
  void closesConnectionAfterEveryResponseDuringShutdown() {
    Client client = new Client("a", HttpVersion.HTTP_1_1);
    client.asks();
    Times.leave(shutdown);

    client.isAnswered();
    client.asks();
    client.isAnswered();

    assertThat(happened).containsExactly("a: connection close", "a: connection close");
  }

  @Test
  void omitsConnectionHeaderOnHttp2() {
    Client client = new Client("a", HttpVersion.HTTP_2);
    client.asks();
    Times.leave(shutdown);

    client.isAnswered();

    assertThat(happened).isEmpty();
  }

  @Test
  void closesOnlyIdleConnections() {
    Client idle = new Client("idle", HttpVersion.HTTP_1_1);
    Client busy = new Client("busy", HttpVersion.HTTP_1_1);
    idle.asks();
    idle.isAnswered();
    busy.asks();
    busy.asks();
    busy.isAnswered();

    connections.closeIdle();
    assertThat(happened).containsExactly("idle: close");

    busy.isAnswered();
    connections.closeIdle();
    assertThat(happened).contains("busy: close");
  }

  /** A connection, with the requests on it in their order. */
  private final class Client {
    private final List<List<Handler<Void>>> waiting = new ArrayList<>();
    private final String name;
    private final HttpVersion version;
    private final HttpConnection connection;

    Client(String name, HttpVersion version) {
      this.name = name;
      this.version = version;
      connection =
          proxy(
              HttpConnection.class,
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    default -> {
                      happened.add(name + ": " + method.getName());
                      yield method.getReturnType() == HttpConnection.class ? proxy : null;
                    }
                  });
    }

    void asks() {
      List<Handler<Void>> whenAnswered = new ArrayList<>();
      waiting.add(whenAnswered);
      connections.count(context(whenAnswered));
    }

    void isAnswered() {
      waiting.remove(0).forEach(handler -> handler.handle(null));
    }

    @SuppressWarnings("unchecked")
    private RoutingContext context(List<Handler<Void>> whenAnswered) {
      return proxy(
          RoutingContext.class,
          (proxy, method, arguments) ->
              switch (method.getName()) {
                case "request" -> request();
                case "response" -> response();
                case "addHeadersEndHandler", "addBodyEndHandler" -> {
                  whenAnswered.add((Handler<Void>) arguments[0]);
                  yield 0;
                }
                case "addEndHandler" -> 0;
                case "next" -> null;
                default -> throw new UnsupportedOperationException(method.getName());
              });
    }

    private HttpServerRequest request() {
      return proxy(
          HttpServerRequest.class,
          (proxy, method, arguments) ->
              switch (method.getName()) {
                case "connection" -> connection;
                case "version" -> version;
                default -> throw new UnsupportedOperationException(method.getName());
              });
    }

    private HttpServerResponse response() {
      return proxy(
          HttpServerResponse.class,
          (proxy, method, arguments) -> {
            happened.add(name + ": " + arguments[0] + " " + arguments[1]);
            return proxy;
          });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
      return type.cast(
          Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
  }
}
