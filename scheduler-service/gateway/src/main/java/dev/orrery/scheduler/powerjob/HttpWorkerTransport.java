package dev.orrery.scheduler.powerjob;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.powerjob.AskAnswer;
import dev.orrery.powerjob.InstanceRef;
import dev.orrery.powerjob.RunRequest;
import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.protocol.Protocol;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;

/** Calls PowerJob workers of the protocol {@code http}. */
@ApplicationScoped
class HttpWorkerTransport implements WorkerTransport {
  /** A busy worker is slow to answer, and the next run must not wait for that. */
  private static final int CONNECTIONS_OF_A_WORKER = 32;

  private static final int MAX_WAITING = 5_000;
  private static final int MAX_ANSWER_BYTES = 256 * 1024;
  private static final String JSON_TYPE = "application/json";

  private final HttpClient client;
  private final ObjectMapper json;
  private final boolean open;

  HttpWorkerTransport(PowerJobConfig config, Vertx vertx, ObjectMapper json) {
    this.open = PowerJobModule.served(config.protocols()).contains(Protocol.HTTP);
    this.json = json;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setKeepAlive(true)
                .setMaxPoolSize(CONNECTIONS_OF_A_WORKER)
                .setMaxWaitQueueSize(MAX_WAITING)
                .setConnectTimeout((int) PowerJobLimits.PUSH_TIMEOUT.toMillis())
                .setDecompressionSupported(false));
  }

  @Override
  public Protocol protocol() {
    return Protocol.HTTP;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public Delivery delivery() {
    return Delivery.READ;
  }

  @Override
  public Future<Void> run(WorkerChannel worker, RunRequest request) {
    return post(worker.address(), "/worker/runJob", request).mapEmpty();
  }

  @Override
  public Future<Void> stop(WorkerChannel worker, long wireId) {
    return post(worker.address(), "/worker/stopInstance", new InstanceRef(wireId)).mapEmpty();
  }

  @Override
  public Future<Boolean> knows(WorkerChannel worker, long wireId) {
    return post(worker.address(), "/worker/queryInstanceStatus", new InstanceRef(wireId))
        .compose(
            body -> {
              try {
                return Future.succeededFuture(
                    json.readValue(body.getBytes(), AskAnswer.class).success());
              } catch (IOException e) {
                return Future.failedFuture(e);
              }
            });
  }

  private Future<Buffer> post(WorkerAddress worker, String path, Object message) {
    Buffer body;
    try {
      body = Buffer.buffer(json.writeValueAsBytes(message));
    } catch (JsonProcessingException e) {
      return Future.failedFuture(e);
    }
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(worker.host())
            .setPort(worker.port())
            .setURI(path)
            .setTimeout(PowerJobLimits.PUSH_TIMEOUT.toMillis())
            .putHeader("Content-Type", JSON_TYPE);
    // Handles the response where the request is sent: a slow caller could miss its body.
    return client
        .request(options)
        .recover(failure -> Future.failedFuture(new UnsentException(failure)))
        .compose(request -> request.send(body).compose(response -> bodyOf(response, worker)));
  }

  private static Future<Buffer> bodyOf(HttpClientResponse response, WorkerAddress worker) {
    if (response.statusCode() != 200) {
      return Future.failedFuture("status " + response.statusCode() + " of " + worker);
    }
    String length = response.getHeader("Content-Length");
    if (length == null || Long.parseLong(length) > MAX_ANSWER_BYTES) {
      response.request().reset();
      return Future.failedFuture("an answer without a length, or too long, of " + worker);
    }
    return response.body();
  }

  @PreDestroy
  void close() {
    client.close();
  }
}
