package dev.orrery.scheduler.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.commit.UnwatchedGroups;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.security.Caller;
import dev.orrery.scheduler.security.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Without a database: what is asked of it is noted. */
class AppServiceTest {
  private static final Caller BILLING = new Caller(Role.OPERATOR, 7, "billing");

  private final List<String> asked = new ArrayList<>();
  private final AppService apps =
      new AppService(null, null, UnwatchedGroups.metrics()) {
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
  void foreignNameIsRefusedWithoutALookUp() {
    assertNotFound(() -> apps.visibleId(BILLING, "payroll"));
    assertNotFound(() -> apps.findVisibleId(BILLING, "payroll"));

    assertThat(asked).isEmpty();
  }

  @Test
  void ownNameAndThoseOfTheAdminAreLookedUp() {
    assertNotFound(() -> apps.visibleId(BILLING, "billing"));
    assertNotFound(() -> apps.visibleId(Caller.ADMIN, "payroll"));

    assertThat(asked).containsExactly("billing", "payroll");
  }

  private static void assertNotFound(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.APP_NOT_FOUND));
  }
}
