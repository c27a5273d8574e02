package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.outbound.OutboundHttp;
import dev.orrery.outbound.OutboundRequest;
import dev.orrery.outbound.OutboundResponse;
import dev.orrery.protocol.network.AllowedNetworks;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.engine.agreement.TestSoftware;
import dev.orrery.scheduler.extras.notification.OutboxStore.Outgoing;
import dev.orrery.scheduler.model.commit.ManualExecutor;
import dev.orrery.scheduler.testkit.CapturedLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that deliveries send, and the outcomes that they store. */
class DeliveryServiceTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final int AT_ONCE = 16;
  private static final int APP = 3;
  private static final String NOT_CALLED =
      "the name example.com has no address that may be called: it is unknown, or its addresses are"
          + " neither public nor in orrery.notifications.allowed-networks";

  private final FakeOutboxStore outbox = new FakeOutboxStore();
  private final ManualExecutor executor = new ManualExecutor();
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final List<OutboundRequest> sent = new ArrayList<>();
  private final List<CompletableFuture<OutboundResponse>> answers = new ArrayList<>();
  private final DeliveryService deliveries =
      new DeliveryService(
          outbox,
          new DefaultNotificationConfig(),
          new NotificationMetrics(registry),
          executor,
          InstantSource.fixed(NOW),
          TestSoftware.of("1.2.3"),
          this::send,
          null,
          new ObjectMapper().findAndRegisterModules());

  private CompletableFuture<OutboundResponse> send(OutboundRequest request) {
    sent.add(request);
    answers.add(new CompletableFuture<>());
    return answers.get(answers.size() - 1);
  }

  /** Messages without a database; notes what became of them. */
  private static final class FakeOutboxStore extends OutboxStore {
    private final Deque<Outgoing> waiting = new ArrayDeque<>();
    private final List<Integer> rooms = new ArrayList<>();
    private final List<Map<Integer, Long>> asked = new ArrayList<>();
    private final List<String> stored = new ArrayList<>();
    private Runnable afterTake = () -> {};
    private boolean givesUp;
    private RuntimeException failure;

    FakeOutboxStore() {
      super(null);
    }

    @Override
    List<Outgoing> take(int limit, Map<Integer, Long> inFlight, int perApp, Duration atMost) {
      rooms.add(limit);
      assertThat(perApp).isEqualTo(4);
      asked.add(inFlight);
      throwFailure();
      List<Outgoing> taken = new ArrayList<>();
      while (taken.size() < limit && !waiting.isEmpty()) {
        taken.add(waiting.remove());
      }
      Runnable event = afterTake;
      afterTake = () -> {};
      event.run();
      return taken;
    }

    @Override
    void delivered(Outgoing message, int status) {
      throwFailure();
      stored.add("delivered " + message.id() + " " + status);
    }

    @Override
    boolean failed(
        Outgoing message,
        Integer status,
        String error,
        Duration delay,
        Duration pause,
        Duration giveUpAfter) {
      stored.add("failed " + message.id() + " " + status + " " + error);
      return givesUp;
    }

    @Override
    void disable(long webhook, String reason) {
      stored.add("disabled " + webhook);
    }

    private void throwFailure() {
      RuntimeException reason = failure;
      failure = null;
      if (reason != null) {
        throw reason;
      }
    }
  }

  private static Outgoing message(long id) {
    return message(id, WebhookEvent.FAILED, null);
  }

  private static Outgoing message(long id, WebhookEvent event, WebhookSecret previous) {
    return message(id, event, previous, WebhookFormat.JSON, "{}");
  }

  private static Outgoing message(
      long id, WebhookEvent event, WebhookSecret previous, WebhookFormat format, String body) {
    return new Outgoing(
        id,
        7,
        APP,
        "billing",
        "ops",
        event,
        format,
        "https://example.com/hook",
        MessageLanguage.EN,
        List.of(id),
        List.of(body),
        0,
        null,
        secret(1),
        previous);
  }

  private static WebhookSecret secret(int first) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) first;
    return new WebhookSecret(bytes);
  }

  private void waiting(int count) {
    LongStream.rangeClosed(1, count).forEach(id -> outbox.waiting.add(message(id)));
  }

  private void answer(int index, int status) {
    answers
        .get(index)
        .complete(new OutboundResponse(status, Optional.empty(), Optional.empty(), "", false));
    executor.runAll();
  }

  private void fail(int index) {
    answers.get(index).completeExceptionally(new IllegalStateException("no connection"));
    executor.runAll();
  }

  private double count(String outcome) {
    return registry.get("orrery.notifications.sent").tag("outcome", outcome).counter().count();
  }

  @Test
  void sendsMessageAccordingToStandardWebhooks() {
    outbox.waiting.add(message(11, WebhookEvent.FAILED, secret(2)));

    deliveries.sendDue();

    OutboundRequest request = sent.get(0);
    long seconds = NOW.getEpochSecond();
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.url()).hasToString("https://example.com/hook");
    assertThat(request.body()).contains("{}");
    assertThat(request.maxRedirects()).isZero();
    assertThat(request.headers())
        .containsEntry("webhook-id", "msg_11")
        .containsEntry("webhook-timestamp", Long.toString(seconds))
        .containsEntry("User-Agent", "orrery/1.2.3")
        .containsEntry(
            "webhook-signature",
            secret(1).sign("msg_11", seconds, "{}")
                + " "
                + secret(2).sign("msg_11", seconds, "{}"));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 204, 299})
  void marksMessageDeliveredForAnySuccessStatus(int status) {
    waiting(1);
    deliveries.sendDue();

    answer(0, status);

    assertThat(outbox.stored).containsExactly("delivered 1 " + status);
    assertThat(count("delivered")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 400, 500})
  void retriesDeliveryAfterUnsuccessfulStatus(int status) {
    waiting(1);
    deliveries.sendDue();

    answer(0, status);

    assertThat(outbox.stored).singleElement().asString().startsWith("failed 1 " + status);
    assertThat(count("retried")).isEqualTo(1);
  }

  @Test
  void retriesDeliveryWithoutResponse() {
    waiting(1);
    deliveries.sendDue();

    fail(0);

    assertThat(outbox.stored).containsExactly("failed 1 null no connection");
    assertThat(count("retried")).isEqualTo(1);
  }

  @Test
  void sendsRemainingMessagesDespiteUnreadableOne() {
    outbox.waiting.add(
        message(1, WebhookEvent.SLOW, null, WebhookFormat.SLACK, "no message of ours"));
    outbox.waiting.add(message(2));
    try (CapturedLog log = CapturedLog.of(DeliveryService.class)) {
      deliveries.sendDue();
      executor.runAll();

      assertThat(log.lines())
          .containsExactly(
              "ERROR Failed to build a webhook message; retrying later: app=billing webhook=ops"
                  + " delivery=1");
    }
    answer(0, 200);

    assertThat(outbox.stored)
        .containsExactly("failed 1 null the stored message is not readable", "delivered 2 200");
  }

  @Test
  void truncatesLongDeliveryError() {
    waiting(1);
    deliveries.sendDue();

    answers.get(0).completeExceptionally(new IllegalStateException("x".repeat(100_000)));
    executor.runAll();

    assertThat(outbox.stored).containsExactly("failed 1 null " + "x".repeat(1000) + "…");
  }

  @Test
  void hidesPrivateAddressFromStoredDeliveryError() throws Exception {
    waiting(2);
    deliveries.sendDue();
    try (CapturedLog log = CapturedLog.of(DeliveryService.class)) {
      answers.get(0).completeExceptionally(refusedPrivateName(sent.get(0)));
      answers.get(1).completeExceptionally(refusedPrivateName(sent.get(1)));
      executor.runAll();

      assertThat(outbox.stored)
          .containsExactly("failed 1 null " + NOT_CALLED, "failed 2 null " + NOT_CALLED);
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("WARN Delivery failed: app=billing webhook=ops delivery=1: example.com is")
          .contains("10.2.3.4");
    }
  }

  private static Throwable refusedPrivateName(OutboundRequest request) throws Exception {
    Vertx vertx = Vertx.vertx();
    try (OutboundHttp http =
        OutboundHttp.open(
            vertx,
            AllowedNetworks.parse("orrery.notifications.allowed-networks", List.of()),
            Duration.ofSeconds(5),
            NotificationLimits.LOOKUPS,
            name -> List.of(InetAddress.getByName("10.2.3.4")),
            new HttpClientOptions())) {
      return catchThrowable(() -> http.send(request).get(20, TimeUnit.SECONDS)).getCause();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void attributesNameLookupsToAppOfMessage() {
    waiting(1);
    deliveries.sendDue();

    assertThat(sent.get(0).owner()).isEqualTo(APP);
  }

  @Test
  void countsAndLogsAbandonedDelivery() {
    outbox.givesUp = true;
    waiting(1);
    deliveries.sendDue();

    try (CapturedLog log = CapturedLog.of(DeliveryService.class)) {
      fail(0);

      assertThat(log.lines())
          .containsExactly(
              "WARN Gave up on a delivery: app=billing webhook=ops delivery=1 attempts=1: no"
                  + " connection");
    }
    assertThat(count("given_up")).isEqualTo(1);
    assertThat(count("retried")).isZero();
  }

  @Test
  void disablesWebhookWhenReceiverAnswersGone() {
    waiting(1);
    deliveries.sendDue();

    try (CapturedLog log = CapturedLog.of(DeliveryService.class)) {
      answer(0, 410);

      assertThat(log.lines())
          .containsExactly(
              "WARN Disabled a webhook whose receiver answered 410 Gone: app=billing webhook=ops");
    }
    assertThat(outbox.stored).hasSize(2).last().isEqualTo("disabled 7");
  }

  @Test
  void keepsWebhookEnabledWhenTestMessageIsAnsweredGone() {
    outbox.waiting.add(message(1, WebhookEvent.TEST, null));
    deliveries.sendDue();

    answer(0, 410);

    assertThat(outbox.stored).hasSize(1);
  }

  @Test
  void countsMessagesInFlightAgainstShareOfTheirApp() {
    waiting(2);
    deliveries.sendDue();

    deliveries.sendDue();
    answer(0, 200);
    fail(1);
    deliveries.sendDue();

    assertThat(outbox.asked).containsExactly(Map.of(), Map.of(APP, 2L), Map.of(APP, 1L), Map.of());
  }

  @Test
  void limitsConcurrentDeliveriesToSixteen() {
    waiting(AT_ONCE + 2);
    deliveries.sendDue();
    assertThat(sent).hasSize(AT_ONCE);

    deliveries.sendDue();
    assertThat(sent).hasSize(AT_ONCE);

    answer(0, 200);
    assertThat(sent).hasSize(AT_ONCE + 1);
  }

  @Test
  void fetchesNextMessageAfterSuccessfulDelivery() {
    waiting(2);
    deliveries.sendDue();
    assertThat(outbox.rooms).containsExactly(AT_ONCE);

    answer(0, 200);
    answer(1, 200);

    assertThat(outbox.rooms).containsExactly(AT_ONCE, AT_ONCE - 1, AT_ONCE);
  }

  @Test
  void fetchesNoFurtherMessageAfterFailedDeliveryUntilNextPass() {
    waiting(1);
    deliveries.sendDue();

    fail(0);

    assertThat(outbox.rooms).hasSize(1);
    deliveries.sendDue();
    assertThat(outbox.rooms).containsExactly(AT_ONCE, AT_ONCE);
  }

  /** Otherwise it waits for the next run of the loop, up to a second. */
  @Test
  void sendsMessageArrivingDuringOngoingFetch() {
    outbox.afterTake =
        () -> {
          waiting(1);
          deliveries.sendDue();
        };

    deliveries.sendDue();

    assertThat(sent).hasSize(1);
    assertThat(outbox.rooms).containsExactly(AT_ONCE, AT_ONCE);
  }

  @Test
  void releasesDeliverySlotsWhenFetchingMessagesFails() {
    outbox.failure = DatabaseFailures.outage();
    assertThatThrownBy(deliveries::sendDue).isInstanceOf(DatabaseException.class);

    deliveries.sendDue();

    assertThat(outbox.rooms).containsExactly(AT_ONCE, AT_ONCE);
  }

  @Test
  void releasesDeliverySlotWhenStoringOutcomeFails() {
    waiting(1);
    deliveries.sendDue();
    outbox.failure = DatabaseFailures.outage();

    answer(0, 200);

    assertThat(outbox.stored).isEmpty();
    assertThat(outbox.rooms).containsExactly(AT_ONCE, AT_ONCE);
  }

  @Test
  void releasesDeliverySlotWhenExecutorHasStopped() {
    waiting(1);
    deliveries.sendDue();
    executor.stop();

    answer(0, 200);
    deliveries.sendDue();

    assertThat(outbox.stored).isEmpty();
    assertThat(outbox.rooms).containsExactly(AT_ONCE, AT_ONCE);
  }
}
