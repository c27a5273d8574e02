package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.quarkus.OrreryWorkerConfig;
import dev.orrery.worker.quarkus.WorkerConfig;
import io.smallrye.config.EnvConfigSource;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests the variables with settings of a worker. */
class WorkerVariablesTest {

  @Test
  void readsSettingsOfNamedWorkerFromVariables() {
    Map<String, String> variables =
        Map.of(
            "ORRERY_WORKER_CAPACITY",
            "7",
            "ORRERY_WORKER_NAMED_BILLING_APP",
            "invoices",
            "ORRERY_WORKER_NAMED_BILLING_DECLARE_TOKEN_FILE",
            "declare");
    OrreryWorkerConfig config =
        TestApplication.config(new EnvConfigSource(variables, 300))
            .getConfigMapping(OrreryWorkerConfig.class);

    WorkerConfig billing = config.named().get("billing");
    assertThat(billing.app()).hasValue("invoices");
    assertThat(billing.declareTokenFile()).hasValue(Path.of("declare"));
    assertThat(billing.capacity()).isEqualTo(20);
  }
}
