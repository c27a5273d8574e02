package dev.orrery.scheduler.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.Assignment;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An instance with a damaged row waits; other instances run, and their worker continues. */
@QuarkusTest
class DamagedInstanceTest {
  private static final String GONE = "job_version_id = -1";
  private static final String NO_OBJECT = "parameters = '\"text\"'";
  private static final String NO_TEXTS = "parameters = '{\"a\":{\"b\":1}}'";
  private static final String NULL = "parameters = 'null'";

  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create().withJob("job");
  }

  @ParameterizedTest
  @ValueSource(strings = {GONE, NO_OBJECT, NO_TEXTS, NULL})
  void delaysDamagedInstanceAndRunsFollowingInstances(String damage) {
    String bad = app.run("job");
    damage(bad, damage);
    List<String> good = app.runTimes("job", 3);
    TestWorker worker = app.worker();

    for (int n = 0; n < good.size(); n++) {
      Assignment assignment = worker.take();
      worker.succeed(assignment);
    }

    good.forEach(id -> assertThat(app.state(id)).isEqualTo("SUCCEEDED"));
    app.awaitWaitingFor(bad, "BACKOFF");
    assertThat(app.attempts(bad).toString())
        .contains(
            damage.equals(GONE)
                ? "could not read the document of the job"
                : "could not read the parameters of the instance");
    app.asViewer().get(app.path("/instances")).then().statusCode(200);
    app.cancel(bad);
    assertThat(app.state(bad)).isEqualTo("CANCELED");
  }

  @Test
  void succeedsDespiteDamageDuringRun() {
    List<String> ids = app.runTimes("job", 3);
    TestWorker worker = app.worker();
    List<Assignment> taken = worker.takeAll(ids.size());
    damage(ids.get(1), GONE);

    taken.forEach(worker::succeed);

    ids.forEach(id -> assertThat(app.state(id)).isEqualTo("SUCCEEDED"));
  }

  private static void damage(String id, String damage) {
    assertThat(
            TestDatabase.update(
                "update instance set " + damage + " where id = ?", Long.parseLong(id)))
        .isOne();
  }
}
