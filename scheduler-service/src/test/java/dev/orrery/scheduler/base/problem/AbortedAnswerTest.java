package dev.orrery.scheduler.base.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orrery.scheduler.testkit.CapturedLog;
import io.quarkus.vertx.utils.VertxJavaIoContext;
import io.quarkus.vertx.utils.VertxOutputStream;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A caller closes its socket while the scheduler waits for it to read the answer. */
class AbortedAnswerTest {
  private final Vertx vertx = Vertx.vertx();
  private volatile Thread writer;
  private volatile IOException failure;

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void logsNothingWhenCallerClosesConnectionDuringAnswer(boolean reset) throws Exception {
    Router router = Router.router(vertx);
    router.route().blockingHandler(this::writeWithoutAnEnd);
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);

    // A caller may close when the writer does not wait. Then its writes have no effect.
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              abort(server.actualPort(), reset);
              return failure != null;
            });

    try (CapturedLog log = CapturedLog.of(ProblemMapper.class)) {
      ProblemMapper.from(failure);
      assertThat(log.lines()).as("%s", failure).isEmpty();
    }
  }

  private void writeWithoutAnEnd(RoutingContext context) {
    context.response().setChunked(true);
    writer = Thread.currentThread();
    try (VertxOutputStream answer =
        new VertxOutputStream(new VertxJavaIoContext(context, 1024, 8192))) {
      while (!context.response().closed()) {
        answer.write(new byte[64 * 1024]);
      }
    } catch (IOException e) {
      failure = e;
    } finally {
      writer = null;
    }
  }

  private void abort(int port, boolean reset) throws IOException {
    try (Socket caller = new Socket(InetAddress.getLoopbackAddress(), port)) {
      caller
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(caller.getInputStream().readNBytes(100_000)).hasSize(100_000);
      await().until(() -> writer != null && writer.getState() == Thread.State.TIMED_WAITING);
      caller.setSoLinger(reset, 0);
    }
    await().until(() -> writer == null);
  }
}
