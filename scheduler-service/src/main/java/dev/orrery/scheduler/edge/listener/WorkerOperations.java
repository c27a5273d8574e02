package dev.orrery.scheduler.edge.listener;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.scheduler.base.problem.MalformedJson;
import dev.orrery.scheduler.base.problem.ProblemException;
import jakarta.inject.Singleton;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;

/** Reads worker messages and calls the operation that their path names, for every protocol. */
@Singleton
class WorkerOperations {
  private final Map<String, Served<?, ?>> served = new HashMap<>();
  private final ObjectMapper json;

  private record Served<Q, A>(
      WorkerOperation<Q, A> operation,
      BiFunction<CallContext, Q, ? extends CompletionStage<A>> action) {}

  WorkerOperations(WorkerApi api, ObjectMapper json) {
    this.json = json;
    serve(WorkerOperation.HANDSHAKE, api::handshake);
    serve(WorkerOperation.POLL, api::poll);
    serve(WorkerOperation.REPORT, api::report);
    serve(WorkerOperation.RENEW, api::renew);
    serve(WorkerOperation.LOGS, api::logs);
    serve(WorkerOperation.BYE, api::bye);
  }

  private <Q, A> void serve(
      WorkerOperation<Q, A> operation,
      BiFunction<CallContext, Q, ? extends CompletionStage<A>> action) {
    served.put(operation.path(), new Served<>(operation, action));
  }

  boolean has(String path) {
    return served.containsKey(path);
  }

  /**
   * Completes with the response of the operation. Fails with a {@link ProblemException} if the body
   * is not its message.
   *
   * @param path that {@link #has} knows
   */
  CompletionStage<?> call(String path, CallContext context, InputStream body) {
    try {
      return call(served.get(path), context, body);
    } catch (RuntimeException | Error e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private <Q, A> CompletionStage<A> call(
      Served<Q, A> found, CallContext context, InputStream body) {
    return found.action().apply(context, read(found.operation(), body));
  }

  private <Q> Q read(WorkerOperation<Q, ?> operation, InputStream body) {
    Q request = null;
    try (JsonParser parser = json.createParser(body)) {
      if (parser.nextToken() != null) {
        request = json.readValue(parser, operation.request());
      }
    } catch (JsonProcessingException e) {
      throw MalformedJson.of(e);
    } catch (CharConversionException e) {
      throw ProblemException.malformed(null, "The body is not UTF-8.");
    } catch (IOException e) {
      throw new UncheckedIOException("Bytes in memory are always readable", e);
    }
    if (request == null) {
      throw ProblemException.malformed(null, "The body is missing.");
    }
    return request;
  }
}
