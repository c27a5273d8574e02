package dev.orrery.scheduler.edge.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.problem.ProblemException;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The console with {@code orrery.console.enabled=false}, without starting a service for it. */
class DisabledConsoleTest {
  private static final ConsoleConfig DISABLED = () -> false;

  @Test
  void registersNoRoutesWhenConsoleIsDisabled() {
    Vertx vertx = Vertx.vertx();
    try {
      Router router = Router.router(vertx);

      new ConsoleRoute(DISABLED, null, null).register(router);
      new CrossSiteGate(DISABLED, null).register(router);

      assertThat(router.getRoutes()).isEmpty();
    } finally {
      vertx.close();
    }
  }

  @Test
  void ignoresSessionCookieWhenConsoleIsDisabled() {
    assertThat(
            new SessionAuthentication(DISABLED, null)
                .authenticate(null, null)
                .await()
                .indefinitely())
        .isNull();
  }

  @Test
  void returnsNotFoundForSessionCallsWhenConsoleIsDisabled() {
    ConsoleSessionResource resource = new ConsoleSessionResource(DISABLED, null, null);

    List<ThrowingCallable> calls =
        List.of(
            () -> resource.create(null, null),
            () -> resource.get(null),
            () -> resource.end(null),
            () -> resource.link(null));

    assertThat(calls)
        .allSatisfy(
            call ->
                assertThatThrownBy(call)
                    .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.NOT_FOUND)));
  }
}
