package dev.orrery.worker.spring.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.orrery.client.ClientSettings;
import dev.orrery.client.OrreryClient;
import dev.orrery.worker.binding.client.OrreryClientCustomizer;
import dev.orrery.worker.binding.setting.InvalidSettingException;
import dev.orrery.worker.spring.OrreryWorkerAutoConfiguration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.NestedExceptionUtils;

class OrreryClientAutoConfigurationTest {
  private static final String TOKEN = "a-token-of-an-operator-for-tests";

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withPropertyValues("orrery.worker.enabled=false")
          .withConfiguration(
              AutoConfigurations.of(
                  SslAutoConfiguration.class,
                  OrreryWorkerAutoConfiguration.class,
                  OrreryClientAutoConfiguration.class));

  record Orders(OrreryClient orrery) {}

  @Test
  void requiresNoSettingsWithoutUseOfClient() {
    runner.run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void injectsClientForAppOfWorker() {
    runner
        .withBean(Orders.class)
        .withPropertyValues("orrery.worker.app=billing", "orrery.client.token=" + TOKEN)
        .run(context -> assertThat(context.getBean(Orders.class).orrery()).isNotNull());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          orrery.client.app=            | orrery.client.app is not set
          orrery.client.token=          | orrery.client.token is not set
          orrery.client.token=x y       | orrery.client.token is refused
          orrery.client.token-file=none | orrery.client.token and orrery.client.token-file are both set
          orrery.client.server=nowhere  | orrery.client.server is refused
          orrery.client.call-timeout=0s | orrery.client.call-timeout is refused
          orrery.client.ssl-bundle=mine | orrery.client.ssl-bundle is 'mine'
          """)
  void namesInvalidSetting(String setting, String says) {
    runner
        .withBean(Orders.class)
        .withPropertyValues("orrery.client.app=billing", "orrery.client.token=" + TOKEN)
        .withPropertyValues(setting)
        .run(
            context ->
                assertThat(NestedExceptionUtils.getRootCause(context.getStartupFailure()))
                    .isInstanceOf(InvalidSettingException.class)
                    .hasMessageContaining(says)
                    .hasMessageNotContaining(TOKEN));
  }

  @Test
  void prefersClientOfApplication() {
    OrreryClient own = ClientSettings.of("own", TOKEN).open();
    runner
        .withBean(OrreryClient.class, () -> own)
        .run(context -> assertThat(context.getBean(OrreryClient.class)).isSameAs(own));
  }

  @Test
  void appliesCustomizerAndSendsRenewedToken(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("token"), TOKEN);
    List<String> tokens = new ArrayList<>();
    HttpServer api =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext(
        "/api/v1/apps/billing/jobs/invoice/instances",
        exchange -> {
          tokens.add(exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] answer = "{\"id\":\"7\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(201, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    api.start();
    List<ClientSettings> customized = new ArrayList<>();
    try {
      runner
          .withBean(Orders.class)
          .withBean(
              OrreryClientCustomizer.class,
              () -> settings -> customized.add(settings.retryTimeout(Duration.ZERO)))
          .withPropertyValues(
              "orrery.client.app=billing",
              "orrery.client.token-file=" + file,
              "orrery.client.server=http://127.0.0.1:" + api.getAddress().getPort())
          .run(
              context -> {
                OrreryClient client = context.getBean(Orders.class).orrery();
                assertThat(client.runJob("invoice")).isEqualTo("7");
                Files.writeString(file, TOKEN + "-renewed");
                assertThat(client.runJob("invoice")).isEqualTo("7");
              });
    } finally {
      api.stop(0);
    }
    assertThat(customized).hasSize(1);
    assertThat(tokens).containsExactly("Bearer " + TOKEN, "Bearer " + TOKEN + "-renewed");
  }
}
