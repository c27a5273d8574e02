package dev.orrery.scheduler.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.agreement.Agreement.Refused;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.base.time.SettableTicker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RefusedWorkerLogTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private static final ProblemDetail WRONG_ROLE =
      new ProblemDetail(
          null,
          null,
          403,
          ErrorCode.FORBIDDEN,
          "It is a viewer's.",
          null,
          null,
          null,
          "worker: the token");

  private static final Duration ASKS_AGAIN_WITHIN = Duration.ofSeconds(15);

  private final SettableTicker ticker = new SettableTicker();
  private Instant now = NOON;
  private final RefusedWorkerLog refused = new RefusedWorkerLog(() -> now, ticker);
  private final Lines lines = new Lines();
  private final Logger logger = Logger.getLogger(RefusedWorkerLog.class.getName());

  @BeforeEach
  void listen() {
    logger.addHandler(lines);
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(lines);
  }

  @Test
  void keepsRefusalWithReasonAndTime() {
    refuse("w-1", ErrorCode.PROTOCOL_MISMATCH);

    assertThat(refused.list())
        .containsExactly(
            new RefusedWorker(
                Dialect.ORRERY,
                "billing",
                null,
                "w-1",
                "0.9",
                null,
                ErrorCode.PROTOCOL_MISMATCH,
                "detail",
                "worker: x=y",
                NOON,
                1));
    assertThat(refused.total()).isEqualTo(1);
  }

  @Test
  void mergesRepeatedRefusalsOfSameWorkerAndCode() {
    refuse("w-1", ErrorCode.PROTOCOL_MISMATCH);
    refuse("w-2", ErrorCode.PROTOCOL_MISMATCH);
    now = NOON.plusSeconds(60);
    refuse("w-1", ErrorCode.PROTOCOL_MISMATCH);

    assertThat(refused.list())
        .extracting(RefusedWorker::worker, RefusedWorker::times, RefusedWorker::at)
        .containsExactly(tuple("w-1", 2L, now), tuple("w-2", 1L, NOON));
    assertThat(refused.total()).isEqualTo(3);
  }

  @Test
  void separatesRefusalsOfSameWorkerPerCode() {
    refuse("w-1", ErrorCode.PROTOCOL_MISMATCH);
    refuse("w-1", ErrorCode.VERSION_MISMATCH);

    assertThat(refused.list())
        .extracting(RefusedWorker::code)
        .containsExactly(ErrorCode.VERSION_MISMATCH, ErrorCode.PROTOCOL_MISMATCH);
  }

  @Test
  void keepsLastTwentyRefusalsPerAppButCountsAll() {
    refused.addOfWrongRole("reports", "192.0.2.7", WRONG_ROLE);
    for (int i = 1; i <= 250; i++) {
      refuse("w-" + i, ErrorCode.PROTOCOL_MISMATCH);
    }

    assertThat(refused.list()).hasSize(21);
    assertThat(refused.list().get(0).worker()).isEqualTo("w-250");
    assertThat(refused.list().get(19).worker()).isEqualTo("w-231");
    assertThat(refused.list().get(20).app()).isEqualTo("reports");
    assertThat(refused.total()).isEqualTo(251);
  }

  @Test
  void keepsLast100RefusalsAcrossApps() {
    for (int i = 1; i <= 250; i++) {
      refused.addOfWrongRole("app-" + i, "192.0.2.7", WRONG_ROLE);
    }

    assertThat(refused.list()).hasSize(100);
    assertThat(refused.list().get(0).app()).isEqualTo("app-250");
    assertThat(refused.list().get(99).app()).isEqualTo("app-151");
  }

  @Test
  void logsRefusalsAtMostOncePerMinute() {
    for (int i = 0; i < 100; i++) {
      refuse("w-" + i, ErrorCode.PROTOCOL_MISMATCH);
      ticker.advance(Duration.ofMillis(100));
    }
    assertThat(lines.messages).hasSize(1);
    assertThat(lines.messages.get(0)).contains("app=billing worker=w-0").endsWith("worker: x=y");

    ticker.advance(Duration.ofSeconds(50).minusNanos(1));
    refuse("w-x", ErrorCode.PROTOCOL_MISMATCH);
    assertThat(lines.messages).hasSize(1);
    ticker.advance(Duration.ofNanos(1));
    refuse("w-y", ErrorCode.PROTOCOL_MISMATCH);

    assertThat(lines.messages).hasSize(2);
    assertThat(lines.messages.get(1)).contains("w-y").endsWith("(suppressed=100)");
  }

  @Test
  void keepsOneEntryPerAddressForUnauthenticatedCalls() {
    refused.addUnauthenticated("192.0.2.7");
    refused.addUnauthenticated("192.0.2.8");
    refused.addUnauthenticated("192.0.2.7");

    assertThat(refused.list())
        .extracting(
            RefusedWorker::address,
            RefusedWorker::code,
            RefusedWorker::times,
            RefusedWorker::app,
            RefusedWorker::worker)
        .containsExactly(
            tuple("192.0.2.7", ErrorCode.UNAUTHENTICATED, 2L, null, null),
            tuple("192.0.2.8", ErrorCode.UNAUTHENTICATED, 1L, null, null));
    assertThat(refused.list().get(0).detail()).contains("192.0.2.7");
    assertThat(refused.list().get(0).settingToChange()).contains("ORRERY_WORKER_TOKEN");
    assertThat(refused.total()).isEqualTo(3);
  }

  @Test
  void keepsWorkerRefusalsDespiteManyUnauthenticatedCalls() {
    refuse("w-1", ErrorCode.PROTOCOL_MISMATCH);
    for (int i = 1; i <= 250; i++) {
      refused.addUnauthenticated("192.0.2." + i);
    }

    assertThat(refused.list()).hasSize(101);
    assertThat(refused.list().get(0).address()).isEqualTo("192.0.2.250");
    assertThat(refused.list().get(99).address()).isEqualTo("192.0.2.151");
    assertThat(refused.list().get(100).worker()).isEqualTo("w-1");
  }

  @Test
  void logsUnauthenticatedCallsSeparatelyEachMinute() {
    refuse("w-1", ErrorCode.PROTOCOL_MISMATCH);
    refused.addUnauthenticated("192.0.2.7");
    refused.addUnauthenticated("192.0.2.8");

    assertThat(lines.messages).hasSize(2);
    assertThat(lines.messages.get(1))
        .contains("address=192.0.2.7", "code=UNAUTHENTICATED")
        .endsWith("To change: worker: orrery.worker.token (ORRERY_WORKER_TOKEN)");
  }

  @Test
  void truncatesLongAddress() {
    refused.addUnauthenticated("a".repeat(5_000));

    assertThat(refused.list().get(0).address()).hasSizeLessThanOrEqualTo(255);
  }

  @Test
  void keepsAndLogsWrongRoleRefusalsPerAppAndAddress() {
    refuse("w-1", ErrorCode.PROTOCOL_MISMATCH);
    refused.addOfWrongRole("billing", "192.0.2.7", WRONG_ROLE);
    refused.addOfWrongRole("billing", "192.0.2.7", WRONG_ROLE);
    refused.addOfWrongRole(null, "192.0.2.7", WRONG_ROLE);

    assertThat(refused.list())
        .extracting(
            RefusedWorker::app,
            RefusedWorker::address,
            RefusedWorker::worker,
            RefusedWorker::settingToChange,
            RefusedWorker::times)
        .startsWith(
            tuple(null, "192.0.2.7", null, "worker: the token", 1L),
            tuple("billing", "192.0.2.7", null, "worker: the token", 2L));
    assertThat(lines.messages).hasSize(2);
    assertThat(lines.messages.get(1))
        .isEqualTo(
            "Refused worker: app=billing address=192.0.2.7 code=FORBIDDEN. It is a viewer's. To"
                + " change: worker: the token");
  }

  @Test
  void keepsWrongRoleEntriesDespiteManyUnauthenticatedCalls() {
    refused.addOfWrongRole("billing", "198.51.100.1", WRONG_ROLE);
    for (int i = 1; i <= 250; i++) {
      refused.addUnauthenticated("192.0.2." + i);
    }

    assertThat(refused.list()).hasSize(101);
    assertThat(refused.list().get(100).address()).isEqualTo("198.51.100.1");
  }

  @Test
  void keepsOtherRefusalsDespiteManyRefusedPowerJobWorkers() {
    refuse("w-1", ErrorCode.PROTOCOL_MISMATCH);
    refused.addUnauthenticated("192.0.2.7");
    for (int i = 0; i < 10_000; i++) {
      refusePowerJob("app-" + i % 50, null, "198.51.100." + i, ErrorCode.FORBIDDEN);
    }

    assertThat(refused.list()).hasSize(102);
    assertThat(refused.list())
        .extracting(RefusedWorker::dialect, RefusedWorker::worker, RefusedWorker::address)
        .endsWith(tuple(Dialect.ORRERY, null, "192.0.2.7"), tuple(Dialect.ORRERY, "w-1", null));
  }

  @Test
  void limitsPowerJobRefusalsPerAppAndErrorCode() {
    refusePowerJob("billing", null, "192.0.2.7", ErrorCode.PROTOCOL_MISMATCH);
    refusePowerJob(null, "shop", "192.0.2.8", ErrorCode.APP_NOT_FOUND);
    for (int i = 0; i < 10_000; i++) {
      refusePowerJob("flooded", null, "198.51.100." + i, ErrorCode.FORBIDDEN);
      refusePowerJob(null, null, "203.0.113." + i, ErrorCode.FORBIDDEN);
    }

    assertThat(refused.list()).hasSize(42);
    assertThat(refused.list())
        .extracting(RefusedWorker::app, RefusedWorker::requestedApp)
        .endsWith(tuple(null, "shop"), tuple("billing", null));
  }

  @Test
  void removesRefusalWhenPowerJobWorkerJoins() {
    refusePowerJob("billing", null, "192.0.2.7", ErrorCode.PROTOCOL_MISMATCH);
    refusePowerJob(null, "billing", "192.0.2.7", ErrorCode.APP_NOT_FOUND);
    refusePowerJob("billing", null, "192.0.2.8", ErrorCode.PROTOCOL_MISMATCH);

    refusePowerJob(null, "shop", "192.0.2.7", ErrorCode.APP_NOT_FOUND);
    refusePowerJob("reports", null, "192.0.2.7", ErrorCode.PROTOCOL_MISMATCH);

    refused.joined("billing", "192.0.2.7-27777", "192.0.2.7");
    now = NOON.plus(ASKS_AGAIN_WITHIN).plusMillis(1);

    assertThat(refused.list())
        .extracting(RefusedWorker::app, RefusedWorker::requestedApp, RefusedWorker::address)
        .containsExactly(
            tuple("reports", null, "192.0.2.7"),
            tuple(null, "shop", "192.0.2.7"),
            tuple("billing", null, "192.0.2.8"));
  }

  @Test
  void keepsPowerJobRefusalWhenAnotherWorkerAtAddressJoins() {
    refusePowerJob("billing", null, "192.0.2.7", ErrorCode.PROTOCOL_MISMATCH);
    refused.joined("billing", "192.0.2.7-27777", "192.0.2.7");
    now = NOON.plus(ASKS_AGAIN_WITHIN);

    assertThat(refused.list()).hasSize(1);

    refusePowerJob("billing", null, "192.0.2.7", ErrorCode.PROTOCOL_MISMATCH);
    now = NOON.plus(ASKS_AGAIN_WITHIN.multipliedBy(3));
    assertThat(refused.list())
        .extracting(RefusedWorker::code, RefusedWorker::times)
        .containsExactly(tuple(ErrorCode.PROTOCOL_MISMATCH, 2L));
  }

  @Test
  void separatesPowerJobRefusalsAtOneAddressBySetting() {
    for (String setting : List.of("worker: protocol", "worker: server", "worker: protocol")) {
      refused.addOfPowerJob(
          new PowerJobRefusal(
              "billing", null, "192.0.2.7", ErrorCode.PROTOCOL_MISMATCH, "detail", setting));
    }

    assertThat(refused.list())
        .extracting(RefusedWorker::settingToChange, RefusedWorker::times)
        .containsExactly(tuple("worker: protocol", 2L), tuple("worker: server", 1L));
  }

  private void refusePowerJob(String app, String requested, String address, ErrorCode code) {
    refused.addOfPowerJob(
        new PowerJobRefusal(app, requested, address, code, "detail", "worker: x=y"));
  }

  @Test
  void showsRequestedAppOnlyToAdmins() {
    refused.addOfAnotherApp("billing", offer("biling", "w-1"), "worker: the app");

    RefusedWorker refusal = refused.list().get(0);
    assertThat(refusal.app()).isEqualTo("billing");
    assertThat(refusal.requestedApp()).isEqualTo("biling");
    assertThat(refusal.withoutOtherApps("billing").toString())
        .contains("w-1")
        .doesNotContain("biling");
    assertThat(lines.messages.get(0)).contains("app=billing requestedApp=biling worker=w-1");
  }

  @Test
  void removesRefusalsWhenWorkerJoins() {
    refuse("w-1", ErrorCode.PROTOCOL_MISMATCH);
    refuse("w-1", ErrorCode.VERSION_MISMATCH);
    refuse("w-2", ErrorCode.PROTOCOL_MISMATCH);
    refused.addOfAnotherApp("billing", offer("biling", "w-1"), "worker: the app");
    refused.addOfAnotherApp("demo", offer("billing", "w-1"), "worker: the token");
    refused.addOfAnotherApp("demo", offer("reports", "w-1"), "worker: the token");

    refused.joined("billing", "w-1", "192.0.2.7");

    assertThat(refused.list())
        .extracting(RefusedWorker::app, RefusedWorker::requestedApp, RefusedWorker::worker)
        .containsExactly(tuple("demo", "reports", "w-1"), tuple("billing", null, "w-2"));
  }

  @Test
  void removesAnonymousRefusalsAtAddressOfJoiningWorker() {
    refused.addUnauthenticated("192.0.2.7");
    refused.addUnauthenticated("192.0.2.8");
    refused.addOfWrongRole("billing", "192.0.2.7", WRONG_ROLE);
    refused.addOfWrongRole("demo", "192.0.2.7", WRONG_ROLE);
    refused.addOfWrongRole(null, "192.0.2.7", WRONG_ROLE);

    refused.joined("billing", "w-1", "192.0.2.7");

    assertThat(refused.list())
        .extracting(RefusedWorker::app, RefusedWorker::address)
        .containsExactly(tuple("demo", "192.0.2.7"), tuple(null, "192.0.2.8"));
  }

  @Test
  void keepsEntryForTenMinutesAfterLastRefusal() {
    refuse("w-1", ErrorCode.PROTOCOL_MISMATCH);
    refuse("w-2", ErrorCode.PROTOCOL_MISMATCH);
    now = NOON.plusSeconds(1);
    refuse("w-1", ErrorCode.PROTOCOL_MISMATCH);

    now = NOON.plus(Duration.ofMinutes(10));
    assertThat(refused.list()).hasSize(2);
    now = now.plusNanos(1);
    assertThat(refused.list()).extracting(RefusedWorker::worker).containsExactly("w-1");
    now = now.plusSeconds(1);
    assertThat(refused.list()).isEmpty();
    assertThat(refused.total()).isEqualTo(3);
  }

  private void refuse(String worker, ErrorCode code) {
    refused.add(
        offer("billing", worker), new Refused(code, "detail", "server", "worker", "worker: x=y"));
  }

  static WorkerOffer offer(String app, String worker) {
    return new WorkerOffer("akka", "orrery", 1, 1, "0.9", app, worker, List.of(), List.of(), 1);
  }

  private static final class Lines extends Handler {
    private final List<String> messages = new ArrayList<>();

    @Override
    public void publish(LogRecord line) {
      messages.add(String.format(line.getMessage(), line.getParameters()));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void separatesRefusalsOfSameWorkerNamePerApp() {
    refuse("w-1", ErrorCode.PROTOCOL_MISMATCH);
    refused.add(
        offer("reports", "w-1"),
        new Refused(ErrorCode.PROTOCOL_MISMATCH, "detail", "server", "worker", "worker: x=y"));

    assertThat(refused.list())
        .extracting(RefusedWorker::app, RefusedWorker::times)
        .containsExactly(tuple("reports", 1L), tuple("billing", 1L));
  }
}
