package dev.orrery.scheduler.powerjob;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.powerjob.RunRequest;
import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.testing.program.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpWorkerTransportTest {
  /** The threads of a worker with two processors. */
  private static final int RUNS = 20;

  private final Vertx vertx = Vertx.vertx();
  private final HttpWorkerTransport transport =
      new HttpWorkerTransport(
          new GivenConfig("http", true, "127.0.0.0/8"), vertx, new ObjectMapper());

  @AfterEach
  void close() {
    transport.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void sendsRunsDespiteUnansweredRuns() {
    AtomicInteger received = new AtomicInteger();
    HttpServer silent =
        vertx
            .createHttpServer()
            .requestHandler(request -> received.incrementAndGet())
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    WorkerAddress worker = WorkerAddress.parse("127.0.0.1:" + silent.actualPort()).orElseThrow();

    for (int run = 1; run <= RUNS; run++) {
      var unused = transport.run(new WorkerChannel(transport, worker), request(worker, run));
    }

    Await.until(
        () -> "the worker has received " + RUNS + " runs, not " + received,
        Duration.ofSeconds(4),
        () -> received.get() == RUNS);
  }

  private static RunRequest request(WorkerAddress worker, long wireId) {
    return new RunRequest(
        List.of(worker.toString()),
        0,
        1,
        wireId,
        "STANDALONE",
        "BUILT_IN",
        "org.example.Noop",
        0,
        "",
        null,
        5,
        0,
        "API",
        0,
        null);
  }
}
