package dev.orrery.worker.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.protocol.message.ByeResponse;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsRequest.Line;
import dev.orrery.protocol.transport.OperationRequest;
import dev.orrery.protocol.transport.OperationResponse;
import dev.orrery.protocol.transport.TransportException;
import dev.orrery.protocol.transport.WorkerEnd;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TransportProtocolClientTest {
  private static final URI AKKA = URI.create("akka://orrery@localhost:10086");
  private static final URI API = URI.create("http://localhost:7700");
  private static final ByeRequest BYE = new ByeRequest("s-1", List.of());

  private final End end = new End();
  private final TransportProtocolClient client =
      new TransportProtocolClient(Protocol.AKKA, end, Credentials.of("secret"));

  private static final class End implements WorkerEnd {
    private CompletableFuture<OperationResponse> response = new CompletableFuture<>();
    private OperationRequest asked;
    private boolean closed;

    @Override
    public boolean isResponding() {
      return true;
    }

    @Override
    public CompletableFuture<OperationResponse> ask(
        URI address, OperationRequest request, Duration longest) {
      asked = request;
      return response;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @AfterEach
  void close() {
    client.close();
    assertThat(end.closed).isTrue();
  }

  private <Q, A> A ask(URI address, WorkerOperation<Q, A> operation, Q request) {
    try {
      return client.ask(address, operation, request, Duration.ofSeconds(5)).join();
    } catch (CompletionException e) {
      throw (RuntimeException) e.getCause();
    }
  }

  private void answer(boolean refused, String json) {
    end.response.complete(new OperationResponse(refused, json.getBytes(StandardCharsets.UTF_8)));
  }

  private static void assertCode(Throwable failure, ErrorCode code) {
    assertThat(failure).isInstanceOf(ProtocolClientException.class);
    assertThat(((ProtocolClientException) failure).code()).isEqualTo(code);
  }

  @Test
  void sendsOperationAsJsonWithToken() {
    answer(false, "{\"unknown\":1}");

    assertThat(ask(AKKA, WorkerOperation.BYE, BYE)).isInstanceOf(ByeResponse.class);

    assertThat(end.asked.path()).isEqualTo("/worker/v1/bye");
    assertThat(end.asked.token()).isEqualTo("secret");
    assertThat(new String(end.asked.body(), StandardCharsets.UTF_8)).contains("\"s-1\"");
  }

  @Test
  void keepsErrorCodeOfRefusal() {
    answer(true, "{\"code\":\"SESSION_GONE\",\"detail\":\"gone\"}");

    assertThatThrownBy(() -> ask(AKKA, WorkerOperation.BYE, BYE))
        .satisfies(failure -> assertCode(failure, ErrorCode.SESSION_GONE));
  }

  @Test
  void reportsUnreachableWithReasonOnTransportFailure() {
    end.response.completeExceptionally(new TransportException("nobody is there"));

    assertThatThrownBy(() -> ask(AKKA, WorkerOperation.BYE, BYE))
        .hasMessageContaining("nobody is there")
        .satisfies(failure -> assertCode(failure, ErrorCode.UNREACHABLE));
  }

  @Test
  void passesOnSettingToChangeFromTransport() {
    end.response.completeExceptionally(new TransportException("no", "worker: orrery.x", null));

    assertThatThrownBy(() -> ask(AKKA, WorkerOperation.BYE, BYE))
        .satisfies(
            failure -> {
              assertCode(failure, ErrorCode.UNREACHABLE);
              assertThat(((ProtocolClientException) failure).problem().settingToChange())
                  .isEqualTo("worker: orrery.x");
            });
  }

  @Test
  void reportsUnreachableForNonJsonResponse() {
    answer(false, "<html>");

    assertThatThrownBy(() -> ask(AKKA, WorkerOperation.BYE, BYE))
        .satisfies(failure -> assertCode(failure, ErrorCode.UNREACHABLE));
  }

  @Test
  void reportsNotFoundForHttpAddress() {
    assertThatThrownBy(() -> ask(API, WorkerOperation.BYE, BYE))
        .satisfies(failure -> assertCode(failure, ErrorCode.NOT_FOUND));
    assertThat(end.asked).isNull();
  }

  @Test
  void refusesToSendOversizedMessage() {
    Line line = new Line(0L, "stdout", "x".repeat(1000));
    LogsRequest large =
        new LogsRequest("s-1", List.of(new Chunk(1, 1, 0, Collections.nCopies(300, line))));

    assertThatThrownBy(() -> ask(AKKA, WorkerOperation.LOGS, large))
        .satisfies(failure -> assertCode(failure, ErrorCode.TOO_LARGE));
    assertThat(end.asked).isNull();
  }
}
