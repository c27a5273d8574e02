package dev.orrery.scheduler.engine.agreement;

import static dev.orrery.scheduler.engine.agreement.RefusedWorkerLogTest.offer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.agreement.Agreement.Refused;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.engine.worker.JoinedWorker;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RefusedWorkerServiceTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Caller BILLING = new Caller(Role.VIEWER, 1, "billing");

  private final RefusedWorkerLog log = new RefusedWorkerLog(() -> NOON, new SettableTicker());
  private final List<Set<String>> asked = new ArrayList<>();
  private final List<Set<String>> askedForApps = new ArrayList<>();
  private final List<JoinedWorker> joined = new ArrayList<>();
  private final RefusedWorkerService refused =
      new RefusedWorkerService(
          log,
          names -> {
            asked.add(names);
            return joined;
          },
          apps -> {
            askedForApps.add(apps);
            return Set.of("reports");
          });

  @Test
  void showsViewerOnlyRefusalsOfItsApp() {
    refuse("billing", "w-1");
    refuse("reports", "w-2");
    log.addUnauthenticated("192.0.2.7");
    log.addOfAnotherApp("billing", offer("biling", "w-3"), "worker: the app");

    assertThat(refused.visibleTo(BILLING))
        .extracting(RefusedWorker::worker)
        .containsExactly("w-3", "w-1");
    assertThat(refused.visibleTo(BILLING).toString()).doesNotContain("biling");
    assertThat(asked).containsOnly(Set.of("w-1", "w-3"));
  }

  @Test
  void showsAdminAllRefusals() {
    refuse("billing", "w-1");
    refuse("reports", "w-2");
    log.addUnauthenticated("192.0.2.7");

    assertThat(refused.visibleTo(Caller.ADMIN)).hasSize(3);
    assertThat(asked).containsExactly(Set.of("w-1", "w-2"));
  }

  @Test
  void namesNonexistentRequestedAppToAdmin() {
    log.addOfAnotherApp("billing", offer("reports", "w-1"), "worker: the app");
    log.addOfAnotherApp("billing", offer("biling", "w-2"), "worker: the app");

    assertThat(refused.visibleTo(Caller.ADMIN))
        .extracting(RefusedWorker::detail)
        .containsExactly(
            "There is no app 'biling'; its token belongs to app 'billing'.",
            "Its token belongs to another app than the one that it asks for.");
    assertThat(askedForApps).containsExactly(Set.of("biling", "reports"));
  }

  @Test
  void hidesExistenceOfRequestedAppFromViewers() {
    log.addOfAnotherApp("billing", offer("biling", "w-2"), "worker: the app");

    assertThat(refused.visibleTo(BILLING))
        .extracting(RefusedWorker::detail)
        .containsExactly("Its token belongs to another app than the one that it asks for.");
    assertThat(askedForApps).isEmpty();
  }

  @Test
  void showsRefusedPowerJobWorkerToRequestedApp() {
    log.addOfPowerJob(asking("billing"));
    log.addOfPowerJob(asking("reports"));

    assertThat(refused.visibleTo(BILLING))
        .extracting(RefusedWorker::app, RefusedWorker::requestedApp)
        .containsExactly(tuple("billing", null));
    assertThat(refused.visibleTo(Caller.ADMIN))
        .extracting(RefusedWorker::app, RefusedWorker::requestedApp, RefusedWorker::detail)
        .containsExactly(tuple(null, "reports", "detail"), tuple(null, "billing", "detail"));
    assertThat(askedForApps).isEmpty();
  }

  private static PowerJobRefusal asking(String app) {
    return new PowerJobRefusal(
        null, app, "192.0.2.7", ErrorCode.APP_NOT_FOUND, "detail", "worker: x=y");
  }

  @Test
  void hidesRefusalOfWorkerThatLaterJoinedAnyReplica() {
    refuse("billing", "before");
    refuse("billing", "since");
    refuse("billing", "other-app");
    joined.add(new JoinedWorker("billing", "before", NOON));
    joined.add(new JoinedWorker("billing", "since", NOON.plusMillis(1)));
    joined.add(new JoinedWorker("reports", "other-app", NOON.plusMillis(1)));

    assertThat(refused.visibleTo(BILLING))
        .extracting(RefusedWorker::worker)
        .containsExactly("other-app", "before");
  }

  private void refuse(String app, String worker) {
    log.add(
        offer(app, worker),
        new Refused(ErrorCode.PROTOCOL_MISMATCH, "detail", "server", "worker", "worker: x=y"));
  }
}
