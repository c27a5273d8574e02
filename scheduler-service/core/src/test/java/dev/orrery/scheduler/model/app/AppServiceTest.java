package dev.orrery.scheduler.model.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.problem.Failed;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role;
import dev.orrery.scheduler.model.commit.ManualExecutor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Uses a store without a database that records lookups. */
class AppServiceTest {
  private static final Caller BILLING = new Caller(Role.OPERATOR, 7, "billing");

  private final List<String> asked = new ArrayList<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private final ManualExecutor executor = new ManualExecutor();
  private final AppIdStore store =
      new AppIdStore(null) {
        @Override
        Map<String, Integer> find(Collection<String> names) {
          asked.addAll(names);
          return ids;
        }
      };
  private final AppService apps =
      new AppService(store, executor, executor.metrics(), new SettableTicker()) {
        @Override
        Optional<App> find(String name) {
          asked.add(name);
          return Optional.empty();
        }

        @Override
        List<String> names() {
          return List.of();
        }
      };

  @Test
  void refusesForeignAppNameWithoutLookup() {
    assertNotFound(() -> apps.visibleId(BILLING, "payroll"));
    assertNotFound(() -> apps.findVisibleId(BILLING, "payroll"));

    assertThat(asked).isEmpty();
  }

  @Test
  void looksUpOwnAppForCallerAndAnyAppForAdmin() {
    assertNotFound(() -> apps.visibleId(BILLING, "billing"));
    assertNotFound(() -> apps.visibleId(Caller.ADMIN, "payroll"));

    assertThat(asked).containsExactly("billing", "payroll");
  }

  @Test
  void sharesOneLookupBetweenConcurrentCalls() {
    ids.put("billing", 7);
    CompletableFuture<Integer> first = apps.findVisibleId(BILLING, "billing");
    CompletableFuture<Integer> second = apps.findVisibleId(Caller.ADMIN, "billing");

    executor.runAll();

    assertThat(first).isCompletedWithValue(7);
    assertThat(second).isCompletedWithValue(7);
    assertThat(apps.findVisibleId(BILLING, "billing")).isCompletedWithValue(7);
    assertThat(asked).containsExactly("billing");
  }

  /** The app of the token was deleted, and another one has its name. */
  @Test
  void refusesNewAppNamedLikeDeletedAppOfToken() {
    ids.put("billing", 8);
    CompletableFuture<Integer> id = apps.findVisibleId(BILLING, "billing");

    executor.runAll();

    Failed.with(ErrorCode.APP_NOT_FOUND, id);
  }

  /** What follows may take long, such as reading a large body. */
  @Test
  void completesSharedLookupsInSeparateExecutorTasks() {
    ids.put("billing", 7);
    CompletableFuture<Integer> first = apps.findVisibleId(BILLING, "billing");
    CompletableFuture<Integer> second = apps.findVisibleId(Caller.ADMIN, "billing");
    executor.runNext();
    assertThat(first).isNotDone();
    assertThat(second).isNotDone();

    executor.runAll();
    assertThat(first).isCompletedWithValue(7);
  }

  @Test
  void limitsConcurrentRefusalsOfUnknownApps() {
    List<CompletableFuture<Integer>> calls =
        Stream.of("a", "b", "c").map(name -> apps.findVisibleId(Caller.ADMIN, name)).toList();

    executor.runAll();

    Failed.with(ErrorCode.APP_NOT_FOUND, calls.get(0));
    Failed.with(ErrorCode.APP_NOT_FOUND, calls.get(1));
    Failed.with(ErrorCode.OVERLOADED, calls.get(2));
    CompletableFuture<Integer> later = apps.findVisibleId(Caller.ADMIN, "d");
    executor.runAll();
    Failed.with(ErrorCode.APP_NOT_FOUND, later);
  }

  private static void assertNotFound(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.APP_NOT_FOUND));
  }
}
