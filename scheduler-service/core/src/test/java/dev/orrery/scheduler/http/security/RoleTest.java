package dev.orrery.scheduler.http.security;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoleTest {
  @ParameterizedTest
  @CsvSource({
    "ADMIN, admin, admin operator viewer declare",
    "OPERATOR, operator, operator viewer declare",
    "VIEWER, viewer, viewer",
    "WORKER, worker, worker",
    "DECLARE, declare, declare"
  })
  void includesOnlyLesserRoles(Role role, String name, String includes) {
    assertThat(role.canonicalName()).isEqualTo(name);
    assertThat(role.includes()).containsExactlyInAnyOrder(includes.split(" "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"operator", "viewer", "worker", "declare"})
  void parsesTokenRole(String name) {
    assertThat(Role.ofToken(name).canonicalName()).isEqualTo(name);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "admin", "Worker", "root"})
  void refusesInvalidTokenRole(String name) {
    assertInvalid("role", () -> Role.ofToken(name))
        .hasMessageContaining("operator, viewer, worker, declare")
        .hasMessageNotContaining("admin");
  }

  @Test
  void restrictsCallersExceptAdminToOwnApp() {
    Caller viewer = new Caller(Role.VIEWER, 7, "billing");

    assertThat(viewer.maySee(7)).isTrue();
    assertThat(viewer.maySee(8)).isFalse();
    assertThat(viewer.onlyApp()).contains(7);
    assertThat(Caller.ADMIN.maySee(8)).isTrue();
    assertThat(Caller.ADMIN.onlyApp()).isEmpty();
  }
}
