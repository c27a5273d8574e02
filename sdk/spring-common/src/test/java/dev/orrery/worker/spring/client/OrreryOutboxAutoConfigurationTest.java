package dev.orrery.worker.spring.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.orrery.client.Run;
import dev.orrery.testing.program.Await;
import dev.orrery.worker.binding.client.OrreryOutbox;
import dev.orrery.worker.binding.client.OutboxHealth;
import dev.orrery.worker.binding.micrometer.OutboxMetrics;
import dev.orrery.worker.spring.OrreryWorkerAutoConfiguration;
import dev.orrery.worker.spring.metrics.OrreryOutboxMetricsAutoConfiguration;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class OrreryOutboxAutoConfigurationTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path directory;
  private final List<String> keys = new CopyOnWriteArrayList<>();
  private HttpServer api;

  @BeforeEach
  void startApi() throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext(
        "/api/v1/apps/shop/jobs/invoice/instances",
        exchange -> {
          keys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
          byte[] answer = "{\"id\":\"7\"}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(201, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    api.start();
  }

  @AfterEach
  void stopApi() {
    api.stop(0);
  }

  private ApplicationContextRunner runner() {
    DataSource database = new DriverManagerDataSource("jdbc:h2:" + directory.resolve("orders"));
    return new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                OrreryWorkerAutoConfiguration.class,
                OrreryClientAutoConfiguration.class,
                OrreryOutboxAutoConfiguration.class))
        .withBean(DataSource.class, () -> database)
        .withBean(
            DataSourceTransactionManager.class, () -> new DataSourceTransactionManager(database))
        .withBean(JdbcTemplate.class, () -> new JdbcTemplate(database))
        .withPropertyValues(
            "orrery.worker.enabled=false",
            "orrery.client.app=shop",
            "orrery.client.token=a-token-of-an-operator-for-tests",
            "orrery.client.server=http://127.0.0.1:" + api.getAddress().getPort());
  }

  @Test
  void submitsRunsOfCommittedTransactions() {
    runner()
        .withPropertyValues("orrery.client.outbox=true")
        .run(
            context -> {
              JdbcTemplate sql = context.getBean(JdbcTemplate.class);
              sql.execute(
                  """
                  create table orrery_outbox (id varchar(36) primary key, due_at bigint not null,
                    job varchar(100) not null, body clob not null, problem varchar(1000))
                  """);
              OrreryOutbox outbox = context.getBean(OrreryOutbox.class);
              TransactionTemplate transaction =
                  new TransactionTemplate(context.getBean(PlatformTransactionManager.class));

              transaction.executeWithoutResult(
                  status -> {
                    outbox.run(Run.of("invoice"));
                    status.setRollbackOnly();
                  });
              String key = transaction.execute(status -> outbox.run(Run.of("invoice")));

              Await.until("the run is submitted", SOON, () -> keys.equals(List.of(key)));
              Await.until(
                  "the outbox is empty",
                  SOON,
                  () ->
                      sql.queryForObject("select count(*) from orrery_outbox", Integer.class) == 0);
            });
  }

  @Test
  void usesNamedDataSourceAndShowsItsState() {
    DataSource named = new DriverManagerDataSource("jdbc:h2:" + directory.resolve("named"));
    new JdbcTemplate(named)
        .execute(
            """
            create table orrery_outbox (id varchar(36) primary key, due_at bigint not null,
              job varchar(100) not null, body clob not null, problem varchar(1000))
            """);
    api.stop(0);
    runner()
        .withConfiguration(AutoConfigurations.of(OrreryOutboxMetricsAutoConfiguration.class))
        .withBean("named", DataSource.class, () -> named)
        .withBean(SimpleMeterRegistry.class)
        .withPropertyValues("orrery.client.outbox=true", "orrery.client.outbox-data-source=named")
        .run(
            context -> {
              OrreryOutbox outbox = context.getBean(OrreryOutbox.class);
              outbox.run(Run.of("invoice"));
              SimpleMeterRegistry registry = context.getBean(SimpleMeterRegistry.class);
              context.getBean(OutboxMetrics.class).bindTo(registry);

              Await.until(
                  "the scheduler is away, and the setting is named",
                  SOON,
                  () ->
                      outbox
                          .state()
                          .orElseThrow()
                          .problem()
                          .filter(text -> text.contains("Setting to change: orrery.client.server."))
                          .isPresent());
              assertThat(OutboxHealth.of(outbox, Instant.now()).isUp()).isFalse();
              assertThat(registry.get("orrery.outbox.up").gauge().value()).isZero();
              assertThat(
                      new JdbcTemplate(named)
                          .queryForObject("select count(*) from orrery_outbox", Integer.class))
                  .isEqualTo(1);
            });
  }

  @Test
  void createsNoOutboxWithoutSetting() {
    runner().run(context -> assertThat(context).doesNotHaveBean(OrreryOutbox.class));
  }
}
