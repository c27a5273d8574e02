package dev.orrery.worker.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.client.OrreryClient;
import dev.orrery.testing.MutualTlsServer;
import dev.orrery.testing.MutualTlsServer.Request;
import dev.orrery.testing.program.Await;
import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.OrrerySchedule;
import dev.orrery.worker.binding.setting.InvalidSettingException;
import dev.orrery.worker.spring.client.OrreryClientAutoConfiguration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

class SslBundleContextTest {
  private static final String BUNDLE = "spring.ssl.bundle.jks.scheduler.";

  static class Billing {
    @OrreryJob("import-orders")
    @OrrerySchedule(every = "1h")
    void importOrders() {}
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration({
    SslAutoConfiguration.class,
    OrreryWorkerAutoConfiguration.class,
    OrreryClientAutoConfiguration.class
  })
  @Import(Billing.class)
  static class Application {}

  private static ConfigurableApplicationContext start(MutualTlsServer server, String bundle) {
    return new SpringApplicationBuilder(Application.class)
        .web(WebApplicationType.NONE)
        .properties(
            "spring.main.banner-mode=off",
            "spring.application.name=billing",
            BUNDLE + "keystore.location=" + server.store().toUri(),
            BUNDLE + "keystore.password=" + MutualTlsServer.PASSWORD,
            BUNDLE + "truststore.location=" + server.store().toUri(),
            BUNDLE + "truststore.password=" + MutualTlsServer.PASSWORD,
            "orrery.worker.app=billing",
            "orrery.worker.token=of-worker",
            "orrery.worker.server=" + server.url(),
            "orrery.worker.ssl-bundle=" + bundle,
            "orrery.worker.declare-jobs=true",
            "orrery.worker.declare-token=of-operator",
            "orrery.client.token=of-client",
            "orrery.client.server=" + server.url(),
            "orrery.client.ssl-bundle=" + bundle)
        .run();
  }

  @Test
  void connectsWorkerAndClientAndDeclaresJobsWithBundle(@TempDir Path directory) {
    try (MutualTlsServer server = new MutualTlsServer(directory);
        ConfigurableApplicationContext context = start(server, "scheduler")) {
      assertThat(context.getBean(OrreryClient.class).runJob("import-orders")).isEqualTo("7");

      Await.until(
          "all have called",
          Duration.ofSeconds(20),
          () ->
              server
                  .requests()
                  .containsAll(
                      List.of(
                          new Request("/worker/v1/handshake", "of-worker"),
                          new Request("/api/v1/apps/billing/jobs:apply", "of-operator"),
                          new Request(
                              "/api/v1/apps/billing/jobs/import-orders/instances", "of-client"))));
    }
  }

  @Test
  void namesSettingOfMissingBundle(@TempDir Path directory) {
    try (MutualTlsServer server = new MutualTlsServer(directory)) {
      assertThatThrownBy(() -> start(server, "mine"))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining("orrery.worker.ssl-bundle is 'mine'");
    }
  }
}
