package dev.orrery.scheduler.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.scheduler.engine.agreement.PortRegistry;
import io.quarkus.arc.Arc;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Speaks the worker verbs on the port of the protocol http, with a token. */
public final class TestClient {
  private static final Duration LONGEST = Duration.ofSeconds(20);
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final ObjectMapper JSON =
      JsonMapper.builder().addModule(new JavaTimeModule()).build();

  private final String token;

  public TestClient(String token) {
    this.token = token;
  }

  /** A refusal, as it came. */
  public static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ProblemDetail problem;
    private final String mediaType;

    public RefusedException(ProblemDetail problem, String mediaType) {
      super(problem.toString());
      this.problem = problem;
      this.mediaType = mediaType;
    }

    public ProblemDetail problem() {
      return problem;
    }

    public String mediaType() {
      return mediaType;
    }
  }

  public static int port() {
    return Arc.container().instance(PortRegistry.class).get().of(Protocol.HTTP);
  }

  public static URI uri(String path) {
    return URI.create("http://localhost:" + port() + path);
  }

  /** Asks, and waits for the answer. */
  public <Q, A> A ask(WorkerOperation<Q, A> verb, Q request) {
    return answerOf(send(verb, request));
  }

  /** Asks; the future fails with a {@link RefusedException} where the answer is a problem. */
  public <Q, A> CompletableFuture<A> send(WorkerOperation<Q, A> verb, Q request) {
    return post(verb.path(), write(request))
        .thenApply(
            response -> {
              if (response.statusCode() != 200) {
                throw new RefusedException(
                    read(response.body(), ProblemDetail.class),
                    response.headers().firstValue("Content-Type").orElse(""));
              }
              return read(response.body(), verb.response());
            });
  }

  /** Posts a body as it is. */
  public CompletableFuture<HttpResponse<String>> post(String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(uri(path))
            .timeout(LONGEST)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return CLIENT.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  /** Waits for an answer; throws what it failed with. */
  public static <T> T answerOf(CompletableFuture<T> future) {
    try {
      return future.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new CompletionException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (TimeoutException e) {
      throw new IllegalStateException("No answer within " + LONGEST, e);
    }
  }

  public static String write(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  public static <T> T read(String text, Class<T> type) {
    try {
      return JSON.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Not what was expected: " + text, e);
    }
  }
}
