package dev.orrery.scheduler.http.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.problem.ResponseOverloadException;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.testkit.RawConnection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResponseStreamTest {
  private static final int APP = 7;
  private static final int MIB = 1024 * 1024;

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ResponseMemory memory = new ResponseMemory(new QuotaMetrics(meters));
  private final BlockingQueue<RoutingContext> requests = new LinkedBlockingQueue<>();
  private final List<RawConnection> clients = new ArrayList<>();
  private HttpServer server;

  @BeforeEach
  void listen() {
    Router router = Router.router(vertx);
    router.route().handler(requests::add);
    server =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  @AfterEach
  void close() throws IOException {
    for (RawConnection client : clients) {
      client.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void countsLargeBodyInMemoryShareUntilSent() throws Exception {
    ResponseStream body = request(APP);
    body.write(new byte[MIB]);
    assertThat(usedRatio()).isPositive();

    body.write('!');
    body.close();

    assertThat(clients.get(0).readsUntil('!')).isTrue();
    Awaitility.await().until(() -> usedRatio() == 0);
  }

  @Test
  void compressesBodyOnlyWhenMemoryShareAllows() throws Exception {
    ResponseStream body = request(APP);
    body.write(new byte[MIB]);
    body.closeCompressed();
    assertThat(clients.get(0).readsHead()).contains("content-encoding: gzip");
    Awaitility.await().until(() -> usedRatio() == 0);

    ResponseStream other = request(APP);
    other.write(new byte[MIB]);
    holdAllOfTheApp();
    other.closeCompressed();

    assertThat(clients.get(1).readsHead()).doesNotContain("gzip").contains("" + MIB);
  }

  private void holdAllOfTheApp() {
    int held = 0;
    while (memory.hold(APP, MIB / 2).isPresent() && held < 10_000) {
      held++;
    }
    assertThat(held).isBetween(1, 9_999);
  }

  @Test
  void excludesSmallBodyFromMemoryShare() throws Exception {
    ResponseStream body = request(APP);
    body.write(new byte[64 * 1024]);

    assertThat(usedRatio()).isZero();
  }

  @Test
  void refusesBodyBeyondMemoryShareOfApp() throws Exception {
    List<ResponseStream> bodies = new ArrayList<>();
    ResponseStream refused = null;
    while (refused == null && bodies.size() < 1000) {
      ResponseStream body = request(APP);
      try {
        body.write(new byte[MIB]);
        bodies.add(body);
      } catch (ResponseOverloadException e) {
        refused = body;
      }
    }
    assertThat(refused).as("a body that does not fit").isNotNull();
    assertThat(bodies).hasSizeGreaterThan(10);

    ResponseStream small = request(APP);
    small.write(new byte[1000]);
    ResponseStream other = request(APP + 1);
    other.write(new byte[MIB]);
    bodies.get(0).release();
    request(APP).write(new byte[MIB]);
  }

  private ResponseStream request(int app) throws IOException, InterruptedException {
    RawConnection client = new RawConnection(server.actualPort());
    clients.add(client);
    client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    return new ResponseStream(requests.poll(10, TimeUnit.SECONDS), memory, app);
  }

  private double usedRatio() {
    return meters.get("orrery.share.used.ratio").gauge().value();
  }
}
