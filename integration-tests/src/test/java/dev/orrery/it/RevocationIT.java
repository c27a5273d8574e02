package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import dev.orrery.it.harness.WorkerWire;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.testing.program.Ports;
import dev.orrery.worker.client.ProtocolClientException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Revokes tokens at one of two replicas, while calls wait at the other one. */
@AtNight
class RevocationIT {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @Tag("thorough")
  @Test
  void endsPollsAndLogFollowersOfRevokedTokensAtSecondReplica() throws IOException {
    try (Stack first = new Stack("revocation-1");
        Postgres database = Postgres.start(first.directory());
        Stack second =
            new Stack(
                "revocation-2",
                "-Dorrery.protocols.active=http,akka",
                "-Dorrery.protocols.akka.port=" + Ports.free())) {
      first.startSchedulerOn(database);
      second.startSchedulerOn(database);
      Api api = first.api();
      api.putJob(Stack.APP, "job", "{\"processor\":{\"type\":\"noop\"}}");
      String followed = api.run(Stack.APP, "job");
      String viewer = api.newToken(Stack.APP, "viewer");
      Map<Protocol, WorkerWire> wires = new EnumMap<>(Protocol.class);
      try {
        for (Protocol protocol : List.of(Protocol.HTTP, Protocol.AKKA)) {
          WorkerWire wire = new WorkerWire(protocol, second, "shell");
          wires.put(protocol, wire);
          wire.shakeHands();
        }
        List<CompletableFuture<PollResponse>> polls =
            wires.values().stream().map(wire -> wire.poll(1)).toList();
        CompletableFuture<Void> log = follow(second, followed, viewer);

        revokeAll(api);
        api.putJob(
            Stack.APP, "late", "{\"processor\":{\"type\":\"shell\",\"script\":\"echo late\"}}");

        for (CompletableFuture<PollResponse> poll : polls) {
          assertThat(poll.handle((answer, failure) -> failure))
              .succeedsWithin(LIMIT)
              .satisfies(RevocationIT::isUnauthenticated);
        }
        assertThat(log).succeedsWithin(LIMIT);
        String late = api.run(Stack.APP, "late");
        for (WorkerWire wire : wires.values()) {
          assertThat(wire.poll(2).handle((answer, failure) -> failure))
              .succeedsWithin(LIMIT)
              .satisfies(RevocationIT::isUnauthenticated);
        }
        first.startAgent();
        api.awaitState(late, "SUCCEEDED", Duration.ofSeconds(30));
        assertThat(api.instance(late).get("attempt").asInt()).isEqualTo(1);
      } finally {
        wires.values().forEach(WorkerWire::close);
      }
    }
  }

  private static void isUnauthenticated(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    assertThat(cause)
        .isInstanceOfSatisfying(
            ProtocolClientException.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAUTHENTICATED));
  }

  /** Revokes the tokens of workers and viewers. */
  private static void revokeAll(Api api) throws IOException {
    String tokens = "/apps/" + Stack.APP + "/tokens";
    List<String> ids =
        StreamSupport.stream(api.get(tokens).get("items").spliterator(), false)
            .filter(token -> !token.get("role").asText().equals("operator"))
            .map(token -> token.get("id"))
            .map(JsonNode::asText)
            .toList();
    assertThat(ids).hasSizeGreaterThanOrEqualTo(2);
    for (String id : ids) {
      assertThat(api.call("DELETE", tokens + "/" + id, null).status()).isEqualTo(204);
    }
  }

  /** Opens the log; the result completes when the stream has ended. */
  private static CompletableFuture<Void> follow(Stack stack, String id, String token) {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://localhost:"
                        + stack.apiPort()
                        + "/api/v1/instances/"
                        + id
                        + "/logs?follow=true"))
            .header("Authorization", "Bearer " + token)
            .build();
    HttpResponse<InputStream> response =
        HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream()).join();
    assertThat(response.statusCode()).isEqualTo(200);
    return CompletableFuture.runAsync(
        () -> {
          try (InputStream events = response.body()) {
            assertThat(new String(events.readAllBytes(), StandardCharsets.UTF_8))
                .doesNotContain("event:end");
          } catch (IOException e) {
            throw new AssertionError("The stream was cut off", e);
          }
        });
  }
}
