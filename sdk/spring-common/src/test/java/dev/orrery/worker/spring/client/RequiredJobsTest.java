package dev.orrery.worker.spring.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.OrrerySchedule;
import dev.orrery.worker.binding.setting.InvalidSettingException;
import dev.orrery.worker.spring.OrreryWorkerAutoConfiguration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Tests applications that name the jobs which they submit. */
class RequiredJobsTest {
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private HttpServer api;

  static class Billing {
    @OrreryJob("import")
    @OrrerySchedule(every = "1h")
    void importOrders() {}
  }

  @BeforeEach
  void startApi() throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext(
        "/api/v1/apps/shop/jobs",
        exchange -> {
          requests.add(exchange.getRequestURI().toString());
          byte[] answer =
              "{\"items\":[{\"name\":\"send-invoice\"}]}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    api.start();
  }

  @AfterEach
  void stopApi() {
    api.stop(0);
  }

  private ApplicationContextRunner runner(int port) {
    return new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                OrreryWorkerAutoConfiguration.class, OrreryClientAutoConfiguration.class))
        .withPropertyValues(
            "orrery.worker.enabled=false",
            "orrery.client.app=shop",
            "orrery.client.token=a-token-of-an-operator-for-tests",
            "orrery.client.server=http://127.0.0.1:" + port);
  }

  private ApplicationContextRunner runner() {
    return runner(api.getAddress().getPort());
  }

  @Test
  void startsWithExistingJob() {
    runner()
        .withPropertyValues("orrery.client.required-jobs=send-invoice")
        .run(context -> assertThat(context).hasNotFailed());
    assertThat(requests).hasSize(1);
  }

  @Test
  void refusesMissingJobs() {
    runner()
        .withPropertyValues("orrery.client.required-jobs=send-invoise, print")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .isInstanceOf(InvalidSettingException.class)
                    .hasMessageContaining("orrery.client.required-jobs names jobs")
                    .hasMessageContaining("app 'shop': 'send-invoise' (did you mean 'send-invoice'")
                    .hasMessageContaining("'print'"));
  }

  @Test
  void refusesMissingJobWithLazyInitialization() {
    runner()
        .withInitializer(
            context ->
                context.addBeanFactoryPostProcessor(
                    new LazyInitializationBeanFactoryPostProcessor()))
        .withPropertyValues("orrery.client.required-jobs=print")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .isInstanceOf(InvalidSettingException.class));
  }

  @Test
  void requiresTokenForRequiredJobs() {
    runner()
        .withPropertyValues("orrery.client.required-jobs=print", "orrery.client.token=")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining("orrery.client.token is not set"));
  }

  @Test
  void checksNothingWithEmptySetting() {
    runner()
        .withPropertyValues("orrery.client.required-jobs=", "orrery.client.token=")
        .run(context -> assertThat(context).hasNotFailed());
    assertThat(requests).isEmpty();
  }

  @Test
  void startsWithJobThatItDeclares() {
    runner()
        .withBean(Billing.class)
        .withPropertyValues(
            "orrery.worker.enabled=true",
            "orrery.worker.app=shop",
            "orrery.worker.token=a-token-of-a-worker-for-tests",
            "orrery.worker.declare-jobs=true",
            "orrery.worker.declare-owner=code.shop",
            "orrery.worker.declare-token=a-token-of-a-declarer-for-tests",
            "orrery.client.required-jobs=import")
        .run(context -> assertThat(context).hasNotFailed());
    assertThat(requests).isEmpty();
  }
}
