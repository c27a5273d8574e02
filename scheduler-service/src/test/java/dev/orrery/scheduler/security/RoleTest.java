package dev.orrery.scheduler.security;

import static dev.orrery.scheduler.problem.ProblemAssertions.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoleTest {
  @ParameterizedTest
  @CsvSource({
    "ADMIN, admin, admin operator viewer",
    "OPERATOR, operator, operator viewer",
    "VIEWER, viewer, viewer",
    "WORKER, worker, worker"
  })
  void roleIncludesTheLesserOnesAndNoOther(Role role, String scope, String includes) {
    assertThat(role.scope()).isEqualTo(scope);
    assertThat(role.includes()).containsExactlyInAnyOrder(includes.split(" "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"operator", "viewer", "worker"})
  void scopeOfATokenIsReadBack(String scope) {
    assertThat(Role.ofScope(scope).scope()).isEqualTo(scope);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "admin", "Worker", "root"})
  void noTokenIsCreatedForAnythingElse(String scope) {
    assertInvalid("scope", () -> Role.ofScope(scope))
        .hasMessageContaining("operator, viewer, worker")
        .hasMessageNotContaining("admin");
  }

  @Test
  void callerSeesItsOwnAppAndTheAdminSeesAll() {
    Caller viewer = new Caller(Role.VIEWER, 7, "billing");

    assertThat(viewer.maySee(7)).isTrue();
    assertThat(viewer.maySee(8)).isFalse();
    assertThat(viewer.onlyApp()).contains(7);
    assertThat(Caller.ADMIN.maySee(8)).isTrue();
    assertThat(Caller.ADMIN.onlyApp()).isEmpty();
  }
}
