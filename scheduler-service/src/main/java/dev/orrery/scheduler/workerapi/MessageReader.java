package dev.orrery.scheduler.workerapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.scheduler.problem.MalformedJson;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.share.AppTurns;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * Reads messages of workers. A small message is read on the thread of the caller. A large one is
 * read on a worker thread, where apps take turns: it takes up to 20 ms of a processor, in which an
 * event loop would answer no other app.
 */
@Singleton
@RegisterForReflection(
    targets = {ReportRequest.class, LogsRequest.class},
    registerFullHierarchy = true)
public class MessageReader {
  /** Read in less than half a millisecond. */
  static final int SMALL = 64 * 1024;

  private final ObjectMapper json;
  private final AppTurns turns;

  @Inject
  MessageReader(ObjectMapper json, Vertx vertx) {
    // Half of the processors are left to everything else.
    this(
        json,
        new AppTurns(
            task -> {
              var unused = vertx.executeBlocking(() -> run(task), false);
            },
            Math.max(1, Runtime.getRuntime().availableProcessors() / 2)));
  }

  MessageReader(ObjectMapper json, AppTurns turns) {
    this.json = json;
    this.turns = turns;
  }

  /**
   * Reads a message on the thread of the caller.
   *
   * @throws ProblemException if it is none of the operation
   */
  public <Q> Q read(WorkerOperation<Q, ?> operation, byte[] body) {
    Q request;
    try {
      request = json.readValue(body, operation.request());
    } catch (JsonProcessingException e) {
      throw body.length == 0 ? missing() : MalformedJson.of(e);
    } catch (IOException e) {
      throw new IllegalStateException("Bytes are always readable", e);
    }
    if (request == null) {
      throw missing();
    }
    return request;
  }

  /**
   * Reads a message when it is the turn of its app.
   *
   * @return the message, or a {@link ProblemException} if it is none of the operation
   */
  public <Q> CompletableFuture<Q> read(WorkerOperation<Q, ?> operation, int app, byte[] body) {
    if (body.length <= SMALL) {
      return CompletableFuture.completedFuture(read(operation, body));
    }
    return CompletableFuture.supplyAsync(
        () -> read(operation, body), task -> turns.execute(app, task));
  }

  private static ProblemException missing() {
    return ProblemException.malformed(null, "The body is missing.");
  }

  private static Void run(Runnable task) {
    task.run();
    return null;
  }
}
